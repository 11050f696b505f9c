// How a payment went: `?order=` is the order, `&token=` a guest's proof that it is theirs. Works from a cold start.
import { newIdempotencyKey } from '@rialto/api/client.ts'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute, redirect, useNavigate } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { cartQuery } from '#features/cart/api.ts'
import { useRefill } from '#features/cart/changes.ts'
import { orderQuery, useCancelOrder } from '#features/orders/api.ts'
import { OrderSummary } from '#features/orders/order-summary.tsx'
import { paymentQuery } from '#features/payment/api.ts'
import { ResultPage } from '#features/payment/result-page.tsx'
import { found } from '#lib/found.ts'
import { text } from '#lib/search-params.ts'

export const Route = createFileRoute('/checkout_/result')({
  validateSearch: (search: Record<string, unknown>): { order?: string; token?: string } => ({
    order: text(search['order']),
    token: text(search['token']),
  }),
  loaderDeps: ({ search }) => search,
  loader: async ({ context: { queryClient }, deps: { order: id, token }, location }) => {
    if (!id) throw redirect({ to: '/track' })
    // What the bank adds to the URL is no proof of anything.
    if (location.searchStr.includes('redirect_status')) {
      throw redirect({ to: '/checkout/result', search: { order: id, token }, replace: true })
    }
    const access = { id, token }
    await found(Promise.all([queryClient.fetchQuery(orderQuery(access)), queryClient.fetchQuery(paymentQuery(access))]))
  },
  component: ResultRoute,
})

function ResultRoute() {
  const { order: id = '', token } = Route.useSearch()
  const access = { id, token }
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const { data: order, refetch } = useSuspenseQuery(orderQuery(access))
  const [cancelKey] = useState(newIdempotencyKey)
  const cancel = useCancelOrder(access, cancelKey)
  const refill = useRefill()

  const onPaid = useCallback(() => {
    queryClient.invalidateQueries({ queryKey: cartQuery.queryKey })
    navigate({ to: '/order/$id', params: { id }, search: { token }, replace: true })
  }, [queryClient, navigate, id, token])

  const startOver = useMutation({
    mutationFn: async () => {
      if (order.status === 'pending') await cancel.mutateAsync()
      await refill.mutateAsync(order)
    },
    onSuccess: () => navigate({ to: '/cart', replace: true }),
    onError: () => refetch(),
  })

  return (
    <ResultPage
      access={access}
      order={order}
      summary={<OrderSummary order={order} />}
      refreshOrder={refetch}
      onPaid={onPaid}
      startOver={startOver}
    />
  )
}
