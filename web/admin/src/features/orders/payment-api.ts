// Owns the payments of an order, with their attempts and refunds, and moving its money.
import { api, idempotencyKey, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { refreshOrders } from './api.ts'

export type Payment = components['schemas']['PaymentView']
export type PaymentDetail = components['schemas']['PaymentDetail']
type RefundRequest = components['schemas']['RefundRequest']

/** Each payment of the order with all that hangs on it. An order has one, seldom two. */
export const paymentsQuery = (orderId: string) =>
  queryOptions({
    queryKey: ['orders', orderId, 'payments'],
    queryFn: async ({ signal }): Promise<PaymentDetail[]> => {
      const { items } = await ok(api.GET('/payments', { params: { query: { order_id: orderId } }, signal }))
      return Promise.all(
        items.map(({ payment_id: id }) => ok(api.GET('/payments/{id}', { params: { path: { id } }, signal }))),
      )
    },
  })

export function useRefund() {
  return useChange(({ body, key }: { body: RefundRequest; key: string }) =>
    ok(api.POST('/payment/refund', { body, headers: idempotencyKey(key) })),
  )
}

export function useCapture() {
  return useChange((payment: Payment) =>
    ok(
      api.POST('/payment/capture', {
        body: { payment_id: payment.payment_id },
        headers: idempotencyKey(`capture-${payment.payment_id}`),
      }),
    ),
  )
}

export function useVoid() {
  return useChange((payment: Payment) =>
    ok(
      api.POST('/payment/void', {
        body: { payment_id: payment.payment_id },
        headers: idempotencyKey(`void-${payment.payment_id}`),
      }),
    ),
  )
}

export function useAskProvider() {
  return useChange((id: string) => ok(api.POST('/payments/{id}/refresh', { params: { path: { id } } })))
}

function useChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient()
  return useMutation({ mutationFn: change, onSettled: () => refreshOrders(queryClient) })
}
