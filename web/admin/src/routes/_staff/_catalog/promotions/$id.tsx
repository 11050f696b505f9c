// One promotion.
import { useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { promotionQuery } from '#features/promotions/api.ts'
import { PromotionPage } from '#features/promotions/promotion-page.tsx'
import { found } from '#lib/found.ts'

export const Route = createFileRoute('/_staff/_catalog/promotions/$id')({
  loader: ({ context: { queryClient }, params: { id } }) => found(queryClient.ensureQueryData(promotionQuery(id))),
  component: PromotionRoute,
})

function PromotionRoute() {
  const { id } = Route.useParams()
  const { data: promotion } = useSuspenseQuery(promotionQuery(id))
  return <PromotionPage key={id} promotion={promotion} currency={promotion.min_subtotal.currency} />
}
