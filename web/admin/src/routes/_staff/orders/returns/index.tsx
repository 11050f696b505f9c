// The inbox of returns; the step that is shown is the URL's.
import { createFileRoute } from '@tanstack/react-router'
import { RETURN_STATUSES, type ReturnFilter, returnsQuery } from '#features/returns/api.ts'
import { ReturnsPage } from '#features/returns/returns-page.tsx'
import { oneOf } from '#lib/search-params.ts'

export const Route = createFileRoute('/_staff/orders/returns/')({
  validateSearch: (search: Record<string, unknown>): ReturnFilter => ({
    status: oneOf(RETURN_STATUSES, search['status']),
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps }) => queryClient.prefetchInfiniteQuery(returnsQuery(deps)),
  component: ReturnsRoute,
})

function ReturnsRoute() {
  return <ReturnsPage filter={Route.useSearch()} />
}
