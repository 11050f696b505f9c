// Owns the log of messages, the addresses that are not written to, and who agreed to what.
import { api, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'

type Schemas = components['schemas']

export const STATUSES = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'bounced',
  'failed',
  'suppressed',
] as const satisfies Schemas['NotificationStatus'][]
export const CHANNELS = ['email', 'sms', 'push'] as const satisfies Schemas['Channel'][]
export const REASONS = ['manual', 'hard_bounce', 'complaint'] as const satisfies Schemas['SuppressionReason'][]

export type MessageStatus = Schemas['NotificationStatus']
export type Message = Schemas['NotificationView']
export type MessageDetail = Schemas['NotificationDetail']
export type Suppression = Schemas['SuppressionView']
export type SuppressionReason = Schemas['SuppressionReason']
export type Channel = Schemas['Channel']
export type Consent = Schemas['Page_ConsentView']['items'][number]
export type Topic = Schemas['Topic']

export interface MessageFilter {
  status?: MessageStatus
  template?: string
  to?: string
  order_id?: string
  user_id?: string
}

export const messagesQuery = (filter: MessageFilter) =>
  infiniteQueryOptions({
    queryKey: ['notifications', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      ok(api.GET('/notifications/history', { params: { query: { ...filter, cursor: pageParam, limit: 50 } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export const messageQuery = (id: string) =>
  queryOptions({
    queryKey: ['notifications', id],
    queryFn: ({ signal }) => ok(api.GET('/notifications/{id}', { params: { path: { id } }, signal })),
  })

/** The names of what the shop can send, to filter by. */
export const templateNamesQuery = queryOptions({
  queryKey: ['notifications', 'template-names'],
  queryFn: async ({ signal }) => {
    const { items } = await ok(api.GET('/notifications/templates', { signal }))
    return items.map(({ name }) => name)
  },
  staleTime: 600_000,
})

export function useResend(id: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () => ok(api.POST('/notifications/{id}/resend', { params: { path: { id } } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['notifications'] }),
  })
}

export const suppressionsQuery = (to: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['notifications', 'suppressions', { to }],
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/notifications/suppressions', {
          params: { query: { ...(to && { to }), cursor: pageParam, limit: 50 } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

function useForgetSuppressions() {
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey: ['notifications', 'suppressions'] })
}

export function useSuppress() {
  const forget = useForgetSuppressions()
  return useMutation({
    mutationFn: (body: Schemas['CreateSuppression']) => ok(api.POST('/notifications/suppressions', { body })),
    onSuccess: forget,
  })
}

export function useLiftSuppression() {
  const forget = useForgetSuppressions()
  return useMutation({
    mutationFn: (id: string) => ok(api.DELETE('/notifications/suppressions/{id}', { params: { path: { id } } })),
    onSuccess: forget,
  })
}

export const consentsQuery = (to: string) =>
  infiniteQueryOptions({
    queryKey: ['notifications', 'consents', to],
    queryFn: ({ pageParam, signal }) =>
      ok(api.GET('/notifications/consents', { params: { query: { to, cursor: pageParam, limit: 50 } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })
