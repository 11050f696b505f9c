// One order, with the returns that belong to it.
import { createFileRoute } from '@tanstack/react-router'
import { orderQuery } from '#features/orders/api.ts'
import { OrderPage } from '#features/orders/order-page.tsx'
import { ReturnsOfOrder } from '#features/returns/returns-of-order.tsx'
import { found } from '#lib/found.ts'

export const Route = createFileRoute('/_staff/orders/$id')({
  loader: ({ context: { queryClient }, params: { id } }) => found(queryClient.ensureQueryData(orderQuery(id))),
  component: OrderRoute,
})

function OrderRoute() {
  const { id } = Route.useParams()
  return <OrderPage id={id} returns={<ReturnsOfOrder orderId={id} />} />
}
