// Owns one order as its buyer sees it: theirs by account, or a guest's by the token of a signed link.
import { api, idempotencyKey, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { STALE } from '#lib/query-client.ts'

export type Order = components['schemas']['OrderView']
export type OrderLine = components['schemas']['LineView']
export type Return = components['schemas']['ReturnView']
export type OrderSummary = components['schemas']['OrderSummary']
export type ReturnRequest = components['schemas']['ReturnRequest']
export type Tracking = components['schemas']['Tracking']
export type TrackedShipment = components['schemas']['TrackedShipment']

/** Which order, and what proves that it is the visitor's; without a token their account does. */
export interface OrderAccess {
  id: string
  token?: string | undefined
}

export function orderToken(token: string | undefined): Record<string, string> {
  return token ? { 'Order-Token': token } : {}
}

/** What is an account's goes at sign-out; what a link opens stays. */
function keyOf({ id, token }: OrderAccess): string[] {
  return token ? ['orders', id] : ['account', 'orders', id]
}

/** The signed-in person's orders, newest first. */
export const ordersQuery = ({ limit = 10, number }: { limit?: number; number?: string | undefined } = {}) =>
  infiniteQueryOptions({
    queryKey: ['account', 'orders', { limit, number }],
    queryFn: ({ signal, pageParam: cursor }) =>
      ok(api.GET('/orders', { params: { query: { limit, number, cursor } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    staleTime: STALE.live,
  })

export const orderQuery = (access: OrderAccess) =>
  queryOptions({
    queryKey: keyOf(access),
    queryFn: ({ signal }) =>
      ok(
        api.GET('/orders/{id}', {
          params: { path: { id: access.id } },
          headers: orderToken(access.token),
          signal,
        }),
      ),
    staleTime: STALE.live,
  })

export const returnsQuery = (access: OrderAccess) =>
  queryOptions({
    queryKey: [...keyOf(access), 'returns'],
    queryFn: ({ signal }) =>
      ok(
        api.GET('/orders/{id}/returns', {
          params: { path: { id: access.id } },
          headers: orderToken(access.token),
          signal,
        }),
      ),
    staleTime: STALE.live,
  })

/** Where an order's parcels are. */
export const trackingQuery = (access: OrderAccess) =>
  queryOptions({
    queryKey: [...keyOf(access), 'tracking'],
    queryFn: ({ signal }) =>
      ok(
        api.POST('/shipping/track', {
          params: { query: access.token ? { token: access.token } : {} },
          body: { order_id: access.id },
          signal,
        }),
      ),
    staleTime: STALE.live,
  })

/** Where one parcel is, for whoever has the link that its mail brought. */
export const parcelQuery = (trackingNumber: string, token: string | undefined) =>
  queryOptions({
    queryKey: ['parcels', trackingNumber],
    queryFn: ({ signal }) =>
      ok(
        api.POST('/shipping/track', {
          params: { query: token ? { token } : {} },
          body: { tracking_number: trackingNumber },
          signal,
        }),
      ),
    staleTime: STALE.live,
  })

/** How many orders are looked through for returns: no one sends back what is older. */
const LOOKED_THROUGH = 20

/** The newest orders of which something was sent, with their returns. */
export const myReturnsQuery = queryOptions({
  queryKey: ['account', 'returns'],
  queryFn: async ({ signal }) => {
    const [{ items: orders }, { items: returns }] = await Promise.all([
      ok(api.GET('/orders', { params: { query: { limit: LOOKED_THROUGH } }, signal })),
      ok(api.GET('/returns', { params: { query: { limit: 100 } }, signal })),
    ])
    const sent = orders.filter(({ lines }) => lines.some(({ shipped_quantity }) => shipped_quantity > 0))
    return sent.map((order) => ({ order, returns: returns.filter(({ order_id }) => order_id === order.id) }))
  },
  staleTime: STALE.live,
})

export function useCancelOrder(access: OrderAccess, key: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () =>
      ok(
        api.POST('/orders/{id}/cancel', {
          params: { path: { id: access.id } },
          headers: { ...orderToken(access.token), ...idempotencyKey(key) },
          body: {},
        }),
      ),
    onSuccess: (order) => queryClient.setQueryData(orderQuery(access).queryKey, order),
    onError: () => queryClient.invalidateQueries({ queryKey: keyOf(access) }),
  })
}

export function useRequestReturn(access: OrderAccess, key: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (body: ReturnRequest) =>
      ok(
        api.POST('/orders/{id}/returns', {
          params: { path: { id: access.id } },
          headers: { ...orderToken(access.token), ...idempotencyKey(key) },
          body,
        }),
      ),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keyOf(access) }),
  })
}

/** Asks for a link to an order. The answer does not tell whether there is one. */
export function useLookUpOrder() {
  return useMutation({
    mutationFn: (body: components['schemas']['OrderLookup']) => ok(api.POST('/orders/lookup', { body })),
  })
}
