// The queue of reviews; which ones is the URL's.
import { createFileRoute } from '@tanstack/react-router'
import { type ReviewFilter, reviewsQuery, STATUSES } from '#features/reviews/api.ts'
import { ReviewsPage } from '#features/reviews/reviews-page.tsx'
import { oneOf, text } from '#lib/search-params.ts'

export const Route = createFileRoute('/_staff/reviews')({
  validateSearch: (search: Record<string, unknown>): ReviewFilter => ({
    status: oneOf(STATUSES, search['status']),
    product: text(search['product']),
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps }) => queryClient.prefetchInfiniteQuery(reviewsQuery(deps)),
  component: ReviewsRoute,
})

function ReviewsRoute() {
  return <ReviewsPage filter={Route.useSearch()} />
}
