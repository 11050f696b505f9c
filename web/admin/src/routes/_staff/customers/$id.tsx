// One account, with the orders that belong to it.
import { createFileRoute } from '@tanstack/react-router'
import { customerQuery } from '#features/customers/api.ts'
import { CustomerPage } from '#features/customers/customer-page.tsx'
import { OrdersOfUser } from '#features/orders/orders-of-user.tsx'
import { found } from '#lib/found.ts'

export const Route = createFileRoute('/_staff/customers/$id')({
  loader: ({ context: { queryClient }, params: { id } }) => found(queryClient.ensureQueryData(customerQuery(id))),
  component: CustomerRoute,
})

function CustomerRoute() {
  const { id } = Route.useParams()
  return <CustomerPage id={id} orders={<OrdersOfUser userId={id} />} />
}
