// The list of disputes: the open ones, or `?all=true`.
import { createFileRoute } from '@tanstack/react-router'
import { type DisputeFilter, disputesQuery } from '#features/disputes/api.ts'
import { DisputesPage } from '#features/disputes/disputes-page.tsx'

export const Route = createFileRoute('/_staff/payments/disputes/')({
  validateSearch: (search: Record<string, unknown>): DisputeFilter => (search['all'] === true ? { all: true } : {}),
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps }) => queryClient.prefetchInfiniteQuery(disputesQuery(deps)),
  component: DisputesRoute,
})

function DisputesRoute() {
  return <DisputesPage filter={Route.useSearch()} />
}
