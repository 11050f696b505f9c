// Owns orders as staff see them: the list, one order with its numbers explained, and what staff do to it.
import { api, idempotencyKey, ok } from '@rialto/api/client.ts'
import type { components, operations } from '@rialto/api/schema.d.ts'
import {
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'

export type Order = components['schemas']['OrderSummary']
export type OrderDetail = components['schemas']['OrderView']
export type OrderLine = components['schemas']['LineView']
export type OrderStatus = components['schemas']['OrderStatus']
export type PaymentStatus = components['schemas']['PaymentStatus']
export type FulfillmentStatus = components['schemas']['FulfillmentStatus']
export type OrderFilter = Omit<NonNullable<operations['list_orders']['parameters']['query']>, 'limit' | 'cursor'>

export const STATUSES = ['pending', 'processing', 'shipped', 'delivered', 'cancelled'] as const satisfies OrderStatus[]
export const PAYMENT_STATUSES = [
  'not_paid',
  'authorized',
  'partially_paid',
  'paid',
  'partially_refunded',
  'refunded',
  'voided',
  'disputed',
] as const satisfies PaymentStatus[]

export const FULFILLMENT_STATUSES = [
  'unfulfilled',
  'partially_shipped',
  'shipped',
  'delivered',
  'partially_returned',
  'returned',
  'cancelled',
] as const satisfies FulfillmentStatus[]
export const SORTS = ['-created_at', 'created_at', '-total', 'total'] as const satisfies OrderFilter['sort'][]

const PAGE_SIZE = 50
const FOUND_MAX = 5
const NEW_MAX = 100
const POLL_MS = 20_000
const LATER_LOOKS_MS = [1_500, 4_000, 10_000]

export const ordersQuery = (filter: OrderFilter) =>
  infiniteQueryOptions({
    queryKey: ['orders', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      ok(api.GET('/orders', { params: { query: { ...filter, cursor: pageParam, limit: PAGE_SIZE } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

/** Orders of the same filter that came after the newest one shown. */
export const newOrdersQuery = (filter: OrderFilter, newest: string) =>
  queryOptions({
    queryKey: ['orders', 'new', filter, newest],
    queryFn: ({ signal }) =>
      // `from` is inclusive, and the page's own newest is no news.
      ok(api.GET('/orders', { params: { query: { ...filter, from: after(newest), limit: NEW_MAX } }, signal })),
    refetchInterval: POLL_MS,
    staleTime: POLL_MS,
  })

/** A few orders, for the palette. */
export const ordersFoundQuery = (filter: OrderFilter) =>
  queryOptions({
    queryKey: ['orders', 'found', filter],
    queryFn: ({ signal }) => ok(api.GET('/orders', { params: { query: { ...filter, limit: FOUND_MAX } }, signal })),
  })

export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: ['orders', id],
    queryFn: ({ signal }) => ok(api.GET('/orders/{id}', { params: { path: { id } }, signal })),
  })

export const explanationQuery = (id: string) =>
  queryOptions({
    queryKey: ['orders', id, 'explanation'],
    queryFn: ({ signal }) => ok(api.GET('/orders/{id}/explain', { params: { path: { id } }, signal })),
  })

/** Whoever did something to an order. */
export const personQuery = (id: string) =>
  queryOptions({
    queryKey: ['orders', 'person', id],
    queryFn: ({ signal }) => ok(api.GET('/users/{id}', { params: { path: { id } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  })

export function useResolveProblems(id: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () => ok(api.POST('/orders/{id}/problems/resolve', { params: { path: { id } }, body: {} })),
    onSuccess: () => refreshOrders(queryClient),
  })
}

/** For other members of staff; the buyer does not see it. */
export function useNoteOrder(id: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (text: string) => ok(api.POST('/orders/{id}/notes', { params: { path: { id } }, body: { text } })),
    onSuccess: () => refreshOrders(queryClient),
  })
}

export function useCancelOrder(id: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ reason, key }: { reason: string; key: string }) => cancelOrder(id, reason, key),
    onSuccess: () => refreshOrders(queryClient),
  })
}

export function cancelOrder(id: string, reason: string, key: string) {
  return ok(
    api.POST('/orders/{id}/cancel', { params: { path: { id } }, body: { reason }, headers: idempotencyKey(key) }),
  )
}

/**
 * Everything about orders is asked for anew: what was done to one changes lists, counts, payments and parcels. Other
 * services hear of a change through events, a moment later, or a few when the shop is busy; hence later looks.
 */
export function refreshOrders(queryClient: QueryClient): Promise<void> {
  const refresh = () =>
    queryClient.invalidateQueries({ predicate: ({ queryKey: [of] }) => of === 'orders' || of === 'returns' })
  for (const pause of LATER_LOOKS_MS) setTimeout(refresh, pause)
  return refresh()
}

function after(moment: string): string {
  return new Date(new Date(moment).getTime() + 1).toISOString()
}
