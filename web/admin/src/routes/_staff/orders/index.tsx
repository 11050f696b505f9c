// The list of orders; its filters are the URL's.
import { createFileRoute } from '@tanstack/react-router'
import {
  FULFILLMENT_STATUSES,
  type OrderFilter,
  ordersQuery,
  PAYMENT_STATUSES,
  SORTS,
  STATUSES,
} from '#features/orders/api.ts'
import { OrdersPage } from '#features/orders/orders-page.tsx'
import { oneOf, text } from '#lib/search-params.ts'

export const Route = createFileRoute('/_staff/orders/')({
  validateSearch: (search: Record<string, unknown>): OrderFilter => ({
    status: oneOf(STATUSES, search['status']),
    payment_status: oneOf(PAYMENT_STATUSES, search['payment_status']),
    fulfillment_status: oneOf(FULFILLMENT_STATUSES, search['fulfillment_status']),
    problems: search['problems'] === true || undefined,
    q: text(search['q']),
    number: text(search['number']),
    email: text(search['email']),
    sku: text(search['sku']),
    user_id: text(search['user_id']),
    from: text(search['from']),
    to: text(search['to']),
    sort: oneOf(SORTS, search['sort']),
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps }) => queryClient.prefetchInfiniteQuery(ordersQuery(deps)),
  component: OrdersRoute,
})

function OrdersRoute() {
  return <OrdersPage filter={Route.useSearch()} />
}
