// Owns payments as staff see them: reading, asking the provider, taking, letting go and giving back.
import { api, idempotencyKey, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'

type Schemas = components['schemas']

export type Payment = Schemas['PaymentView']
export type PaymentDetail = Schemas['PaymentDetail']
export type PaymentStatus = Schemas['PaymentIntentStatus']
export type Refund = PaymentDetail['refunds'][number]
export type Attempt = Schemas['AttemptView']
export type Money = Schemas['Money']
export type WebhookStatus = Schemas['WebhookStatus']
export type Reconciliation = Schemas['ReconciliationView']
export type Difference = Schemas['Difference']

export interface PaymentFilter {
  status?: PaymentStatus
  order_id?: string
}

export const STATUSES = [
  'succeeded',
  'requires_capture',
  'processing',
  'requires_action',
  'requires_payment_method',
  'conflicted',
  'canceled',
] as const satisfies PaymentStatus[]

export const paymentsQuery = (filter: PaymentFilter) =>
  infiniteQueryOptions({
    queryKey: ['payments', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      ok(api.GET('/payments', { params: { query: { ...filter, cursor: pageParam, limit: 50 } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export const paymentQuery = (id: string) =>
  queryOptions({
    queryKey: ['payments', id],
    queryFn: ({ signal }) => ok(api.GET('/payments/{id}', { params: { path: { id } }, signal })),
  })

export const reconciliationQuery = queryOptions({
  queryKey: ['payments', 'reconciliation'],
  queryFn: ({ signal }) => ok(api.GET('/payments/reconciliation', { signal })),
})

function useForgetPayment() {
  const queryClient = useQueryClient()
  return () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: ['payments'] }),
      // An order shows how its payment stands.
      queryClient.invalidateQueries({ queryKey: ['orders'] }),
    ])
}

/** Asks the provider how the payment stands, for one whose news does not come. */
export function useRefreshPayment(id: string) {
  const queryClient = useQueryClient()
  const forget = useForgetPayment()
  return useMutation({
    mutationFn: () => ok(api.POST('/payments/{id}/refresh', { params: { path: { id } } })),
    onSuccess: async (payment) => {
      await forget()
      queryClient.setQueryData(paymentQuery(id).queryKey, payment)
    },
  })
}

export function useCapture(id: string) {
  const forget = useForgetPayment()
  return useMutation({
    mutationFn: ({ key, amount }: { key: string; amount: Money }) =>
      ok(api.POST('/payment/capture', { params: { header: idempotencyKey(key) }, body: { payment_id: id, amount } })),
    onSettled: forget,
  })
}

export function useVoid(id: string) {
  const forget = useForgetPayment()
  return useMutation({
    mutationFn: (key: string) =>
      ok(api.POST('/payment/void', { params: { header: idempotencyKey(key) }, body: { payment_id: id } })),
    onSettled: forget,
  })
}

export function useRefund(id: string) {
  const forget = useForgetPayment()
  return useMutation({
    mutationFn: ({ key, ...body }: { key: string; amount: Money; reason: string }) =>
      ok(api.POST('/payment/refund', { params: { header: idempotencyKey(key) }, body: { payment_id: id, ...body } })),
    onSettled: forget,
  })
}
