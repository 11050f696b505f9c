// Owns returns as staff see them: the inbox, the returns of one order, and moving one along.
import { api, ok } from '@rialto/api/client.ts'
import type { components, operations } from '@rialto/api/schema.d.ts'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'

export type Return = components['schemas']['ReturnView']
export type ReturnStatus = components['schemas']['ReturnStatus']
export type ReturnChange = components['schemas']['ReturnChange']
export type Disposition = components['schemas']['Disposition']
export type ReturnFilter = Pick<NonNullable<operations['list_returns']['parameters']['query']>, 'status'>

export const RETURN_STATUSES = [
  'requested',
  'approved',
  'label_sent',
  'in_transit',
  'received',
  'inspected',
  'refunded',
  'closed',
  'declined',
  'rejected',
  'cancelled',
] as const satisfies ReturnStatus[]

const PAGE_SIZE = 50
const LATER_LOOKS_MS = [1_500, 4_000, 10_000]

export const returnsQuery = (filter: ReturnFilter) =>
  infiniteQueryOptions({
    queryKey: ['returns', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      ok(api.GET('/returns', { params: { query: { ...filter, cursor: pageParam, limit: PAGE_SIZE } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export const returnQuery = (id: string) =>
  queryOptions({
    queryKey: ['returns', id],
    queryFn: ({ signal }) => ok(api.GET('/returns/{id}', { params: { path: { id } }, signal })),
  })

export const returnsOfOrderQuery = (orderId: string) =>
  queryOptions({
    queryKey: ['returns', 'order', orderId],
    queryFn: ({ signal }) => ok(api.GET('/orders/{id}/returns', { params: { path: { id: orderId } }, signal })),
  })

/** The order of a return, for the names of the goods and of the buyer. */
export const orderOfReturnQuery = (orderId: string) =>
  queryOptions({
    queryKey: ['returns', 'order of', orderId],
    queryFn: ({ signal }) => ok(api.GET('/orders/{id}', { params: { path: { id: orderId } }, signal })),
    staleTime: 30_000,
  })

export function useMoveReturn(id: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (change: ReturnChange) => ok(api.PUT('/returns/{id}', { params: { path: { id } }, body: change })),
    onSuccess: (moved) => queryClient.setQueryData(returnQuery(id).queryKey, moved),
    onSettled: () => {
      const refresh = () =>
        queryClient.invalidateQueries({ predicate: ({ queryKey: [of] }) => of === 'orders' || of === 'returns' })
      // The money moves through events, a moment later, or a few when the shop is busy; hence later looks.
      for (const pause of LATER_LOOKS_MS) setTimeout(refresh, pause)
      return refresh()
    },
  })
}
