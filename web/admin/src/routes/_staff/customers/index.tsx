// The list of accounts; its filters are the URL's.
import { createFileRoute } from '@tanstack/react-router'
import { type CustomerFilter, customersQuery } from '#features/customers/api.ts'
import { CustomersPage } from '#features/customers/customers-page.tsx'
import { text } from '#lib/search-params.ts'

export const Route = createFileRoute('/_staff/customers/')({
  validateSearch: (search: Record<string, unknown>): CustomerFilter => ({
    q: text(search['q']),
    role: text(search['role']),
    status: text(search['status']),
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps }) => queryClient.prefetchInfiniteQuery(customersQuery(deps)),
  component: CustomersRoute,
})

function CustomersRoute() {
  return <CustomersPage filter={Route.useSearch()} />
}
