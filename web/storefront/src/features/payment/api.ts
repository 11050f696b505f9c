// Owns paying an order, and asking how that went.
import { api, idempotencyKey, ok } from '@rialto/api/client.ts'
import { ProblemError } from '@rialto/api/problem.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { queryOptions } from '@tanstack/react-query'
import { STALE } from '#lib/query-client.ts'

export type Payment = components['schemas']['PaymentState']

/** Which order, and a guest's proof that it is theirs. */
export interface OrderToPay {
  id: string
  token?: string | undefined
}

function proof(token: string | undefined): Record<string, string> {
  return token ? { 'Order-Token': token } : {}
}

/** Whose form takes the card, and what that needs. */
export const methodsQuery = queryOptions({
  queryKey: ['payment', 'methods'],
  queryFn: ({ signal }) => ok(api.GET('/payment/methods', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
})

/** Null while nobody has tried to pay. */
export const paymentQuery = ({ id, token }: OrderToPay) =>
  queryOptions({
    queryKey: [token ? 'orders' : 'account', 'payment', id],
    queryFn: async ({ signal }): Promise<Payment | null> => {
      try {
        return await ok(
          api.GET('/payment/status', { params: { query: { order_id: id } }, headers: proof(token), signal }),
        )
      } catch (error) {
        if (error instanceof ProblemError && error.status === 404) return null
        throw error
      }
    },
    staleTime: STALE.live,
  })

/** `card` is the provider's token; an order that costs nothing needs none. */
export function pay(order: OrderToPay, card: string | undefined, key: string, returnUrl: string): Promise<Payment> {
  return ok(
    api.POST('/payment/checkout', {
      body: {
        order_id: order.id,
        return_url: returnUrl,
        ...(card && { method: { type: 'card' as const, token: card } }),
      },
      headers: { ...proof(order.token), ...idempotencyKey(key) },
    }),
  )
}

/** Where the buyer has to go next, such as their bank's page. */
export function nextStop(payment: Payment): string | undefined {
  return payment.next_action?.redirect_to_url.url
}

/** The page that asks how the payment of an order went. */
export function resultOf({ id, token }: OrderToPay) {
  return { to: '/checkout/result', search: { order: id, token } } as const
}
