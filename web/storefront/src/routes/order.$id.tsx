// One order by its signed link, `?token=`; of an account's own orders also without. Who has neither is asked who they are.
import { ProblemError } from '@rialto/api/problem.ts'
import { createFileRoute, redirect } from '@tanstack/react-router'
import { orderQuery } from '#features/orders/api.ts'
import { OrderPage } from '#features/orders/order-page.tsx'
import { text } from '#lib/search-params.ts'

export const Route = createFileRoute('/order/$id')({
  validateSearch: (search: Record<string, unknown>): { token?: string } => ({ token: text(search['token']) }),
  loaderDeps: ({ search }) => search,
  loader: async ({ context: { queryClient }, params: { id }, deps: { token } }) => {
    try {
      await queryClient.fetchQuery(orderQuery({ id, token }))
    } catch (error) {
      const isStranger = error instanceof ProblemError && [400, 401, 404, 422].includes(error.status)
      if (isStranger) throw redirect({ to: '/track', search: { lost: true }, replace: true })
      throw error
    }
  },
  component: OrderRoute,
})

function OrderRoute() {
  const { id } = Route.useParams()
  return <OrderPage access={{ id, token: Route.useSearch().token }} />
}
