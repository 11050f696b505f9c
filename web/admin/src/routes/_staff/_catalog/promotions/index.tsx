// The list of promotions.
import { createFileRoute } from '@tanstack/react-router'
import { promotionsQuery } from '#features/promotions/api.ts'
import { PromotionsPage } from '#features/promotions/promotions-page.tsx'

export const Route = createFileRoute('/_staff/_catalog/promotions/')({
  loader: ({ context: { queryClient } }) => queryClient.prefetchInfiniteQuery(promotionsQuery),
  component: PromotionsPage,
})
