// Owns how the shop's events flow, and those that are stuck.
import { api, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'

export type Flows = components['schemas']['EventFlows']
export type ServiceFlow = components['schemas']['ServiceEvents']
export type Service = components['schemas']['Service']
export type Parked = components['schemas']['EventsPage_ParkedEvent']['items'][number]
export type Skipped = components['schemas']['EventsPage_SkippedEvent']['items'][number]

export interface EventFilter {
  service?: Service
  /** Those that were given up, in place of those that wait. */
  skipped?: true
}

export const SERVICES = [
  'users',
  'catalog',
  'orders',
  'payments',
  'shipping',
  'notifications',
] as const satisfies Service[]

const LOOK_AGAIN_MS = 5_000

export const flowsQuery = queryOptions({
  queryKey: ['events', 'flows'],
  queryFn: ({ signal }) => ok(api.GET('/events', { signal })),
  refetchInterval: LOOK_AGAIN_MS,
})

export const parkedQuery = (service: Service | undefined) =>
  infiniteQueryOptions({
    queryKey: ['events', 'parked', { service }],
    queryFn: ({ pageParam, signal }) =>
      ok(api.GET('/events/parked', { params: { query: { service, cursor: pageParam, limit: 50 } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: LOOK_AGAIN_MS,
  })

export const skippedQuery = (service: Service | undefined) =>
  infiniteQueryOptions({
    queryKey: ['events', 'skipped', { service }],
    queryFn: ({ pageParam, signal }) =>
      ok(api.GET('/events/skipped', { params: { query: { service, cursor: pageParam, limit: 50 } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

/** The service tries within a moment; the list, which is read again and again, tells how it went. */
export function useRetry() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ service, id }: Pick<Parked, 'service' | 'id'>) =>
      ok(api.POST('/events/parked/{service}/{id}/retry', { params: { path: { service, id } } })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['events'] }),
  })
}

export function useSkip() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ service, id, reason }: Pick<Parked, 'service' | 'id'> & { reason: string }) =>
      ok(api.POST('/events/parked/{service}/{id}/skip', { params: { path: { service, id } }, body: { reason } })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['events'] }),
  })
}
