// A new promotion.
import { useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { PromotionPage } from '#features/promotions/promotion-page.tsx'
import { shopCurrencyQuery } from '#lib/shop-currency.ts'

export const Route = createFileRoute('/_staff/_catalog/promotions/new')({
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(shopCurrencyQuery),
  component: NewPromotionRoute,
})

function NewPromotionRoute() {
  const { data: currency } = useSuspenseQuery(shopCurrencyQuery)
  return <PromotionPage promotion={undefined} currency={currency} />
}
