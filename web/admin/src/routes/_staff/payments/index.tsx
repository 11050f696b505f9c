// The list of payments; its filters are the URL's.
import { createFileRoute } from '@tanstack/react-router'
import { type PaymentFilter, paymentsQuery, STATUSES } from '#features/payments/api.ts'
import { PaymentsPage } from '#features/payments/payments-page.tsx'
import { oneOf, text } from '#lib/search-params.ts'

export const Route = createFileRoute('/_staff/payments/')({
  validateSearch: (search: Record<string, unknown>): PaymentFilter => ({
    status: oneOf(STATUSES, search['status']),
    order_id: text(search['order_id']),
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps }) => queryClient.prefetchInfiniteQuery(paymentsQuery(deps)),
  component: PaymentsIndexRoute,
})

function PaymentsIndexRoute() {
  return <PaymentsPage filter={Route.useSearch()} />
}
