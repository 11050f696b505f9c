// The orders of the account. `?number=` finds one.
import { createFileRoute } from '@tanstack/react-router'
import { useBuyAgain } from '#features/cart/use-buy-again.ts'
import { ordersQuery } from '#features/orders/api.ts'
import { OrdersPage } from '#features/orders/orders-page.tsx'
import { text } from '#lib/search-params.ts'

export const Route = createFileRoute('/account/orders/')({
  validateSearch: (search: Record<string, unknown>): { number?: string } => ({ number: text(search['number']) }),
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps: { number } }) =>
    queryClient.ensureInfiniteQueryData(ordersQuery({ number })),
  component: OrdersRoute,
})

function OrdersRoute() {
  return <OrdersPage number={Route.useSearch().number} buyAgain={useBuyAgain()} />
}
