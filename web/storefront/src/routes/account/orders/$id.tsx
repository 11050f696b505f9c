// One order of the account.
import { createFileRoute } from '@tanstack/react-router'
import { AccountOrderPage } from '#features/orders/account-order-page.tsx'
import { orderQuery } from '#features/orders/api.ts'
import { UnpaidNote } from '#features/orders/unpaid-note.tsx'
import { found } from '#lib/found.ts'

export const Route = createFileRoute('/account/orders/$id')({
  loader: ({ context: { queryClient }, params: { id } }) => found(queryClient.ensureQueryData(orderQuery({ id }))),
  component: OrderRoute,
})

function OrderRoute() {
  const { id } = Route.useParams()
  return <AccountOrderPage id={id} payment={<UnpaidNote id={id} />} />
}
