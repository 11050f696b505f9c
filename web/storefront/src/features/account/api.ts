// Owns what is a person's own: addresses, sessions, choices, messages, their data. All keys start with 'account'.
import { api, idempotencyKey, ok, session } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { STALE } from '#lib/query-client.ts'
import { profileQuery, type User } from '#lib/session.ts'

export type AddressEntry = components['schemas']['AddressView']
export type AddressInput = components['schemas']['WriteAddress']
export type Session = components['schemas']['SessionView']
export type Preferences = components['schemas']['Preferences']
export type Preference = components['schemas']['Preference']
export type Message = components['schemas']['NotificationView']

const MESSAGES_PER_PAGE = 20

export const addressesQuery = queryOptions({
  queryKey: ['account', 'addresses'],
  queryFn: ({ signal }) => ok(api.GET('/users/addresses', { signal })),
  select: ({ items }) => items,
})

export const sessionsQuery = queryOptions({
  queryKey: ['account', 'sessions'],
  queryFn: ({ signal }) => ok(api.GET('/users/sessions', { params: { query: { limit: 100 } }, signal })),
  select: ({ items }) => items.filter(({ revoked_at }) => !revoked_at),
  staleTime: STALE.live,
})

export const preferencesQuery = queryOptions({
  queryKey: ['account', 'preferences'],
  queryFn: ({ signal }) => ok(api.GET('/notifications/preferences', { signal })),
})

export const messagesQuery = infiniteQueryOptions({
  queryKey: ['account', 'messages'],
  queryFn: ({ signal, pageParam: cursor }) =>
    ok(api.GET('/notifications/history', { params: { query: { limit: MESSAGES_PER_PAGE, cursor } }, signal })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  staleTime: STALE.live,
})

export interface SaveAddress {
  /** Absent for a new one, which is made once however often it is sent: by this key. */
  id?: string | undefined
  key: string
  entry: AddressInput
}

export function useSaveAddress() {
  const refresh = useRefresh(addressesQuery.queryKey)
  return useMutation({
    mutationFn: ({ id, key, entry: body }: SaveAddress) =>
      id
        ? ok(api.PUT('/users/addresses/{id}', { params: { path: { id } }, body }))
        : ok(api.POST('/users/addresses', { headers: idempotencyKey(key), body })),
    onSettled: refresh,
  })
}

export function useDeleteAddress() {
  const queryClient = useQueryClient()
  const refresh = useRefresh(addressesQuery.queryKey)
  return useMutation({
    mutationFn: ({ id }: AddressEntry) => ok(api.DELETE('/users/addresses/{id}', { params: { path: { id } } })),
    onMutate: ({ id }) => {
      queryClient.setQueryData(
        addressesQuery.queryKey,
        (page) => page && { ...page, items: page.items.filter((entry) => entry.id !== id) },
      )
    },
    onSettled: refresh,
  })
}

export function useUpdateProfile() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (body: components['schemas']['UpdateProfile']) => ok(api.PUT('/users/update', { body })),
    onSuccess: (user: User) => queryClient.setQueryData(profileQuery.queryKey, user),
  })
}

export function useChangeEmail() {
  return useMutation({
    mutationFn: (body: components['schemas']['ChangeEmail']) => ok(api.POST('/users/email/change', { body })),
  })
}

export function useResendVerification() {
  return useMutation({ mutationFn: () => ok(api.POST('/users/email/verify/resend')) })
}

export function useChangePassword() {
  const refresh = useRefresh(sessionsQuery.queryKey)
  return useMutation({
    mutationFn: (body: components['schemas']['ChangePassword']) => ok(api.POST('/users/password/change', { body })),
    onSuccess: refresh,
  })
}

export function useEndSession() {
  const refresh = useRefresh(sessionsQuery.queryKey)
  return useMutation({
    mutationFn: (id: string) => ok(api.DELETE('/users/sessions/{id}', { params: { path: { id } } })),
    onSettled: refresh,
  })
}

export function useEndOtherSessions() {
  const refresh = useRefresh(sessionsQuery.queryKey)
  return useMutation({ mutationFn: () => ok(api.DELETE('/users/sessions')), onSettled: refresh })
}

/** One cell of the matrix, seen at once and taken back if the shop refuses. */
export function useChoose() {
  const queryClient = useQueryClient()
  const { queryKey } = preferencesQuery
  return useMutation({
    scope: { id: 'preferences' },
    mutationFn: (choice: components['schemas']['Choice']) =>
      ok(api.PUT('/notifications/preferences', { body: { items: [choice] } })),
    onMutate: async ({ topic, channel, enabled }) => {
      await queryClient.cancelQueries({ queryKey })
      const before = queryClient.getQueryData(queryKey)
      const items = before?.items.map((cell) =>
        cell.topic === topic && cell.channel === channel ? { ...cell, enabled } : cell,
      )
      if (before && items) queryClient.setQueryData(queryKey, { ...before, items })
      return { before }
    },
    onSuccess: (now) => queryClient.setQueryData(queryKey, now),
    onError: (_error, _choice, kept) => kept?.before && queryClient.setQueryData(queryKey, kept.before),
  })
}

/** Everything the shop keeps about the person, from all of its parts. */
export function useExport() {
  return useMutation({
    mutationFn: async () => {
      const [account, preferences, orders, messages] = await Promise.all([
        ok(api.GET('/users/export')),
        ok(api.GET('/notifications/preferences')),
        all((cursor) => ok(api.GET('/orders', { params: { query: { limit: 100, cursor } } }))),
        all((cursor) => ok(api.GET('/notifications/history', { params: { query: { limit: 100, cursor } } }))),
      ])
      return { account, preferences, orders, messages }
    },
  })
}

/** The person proves once more who they are; then the account is erased. */
export function useEraseAccount(email: string) {
  return useMutation({
    mutationFn: async (password: string) => {
      session.start(await ok(api.POST('/users/login', { body: { email, password } })))
      return ok(api.DELETE('/users/me'))
    },
  })
}

function useRefresh(queryKey: readonly unknown[]) {
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey })
}

async function all<T>(load: (cursor?: string) => Promise<{ items: T[]; next_cursor?: string | null }>): Promise<T[]> {
  const found: T[] = []
  let cursor: string | undefined
  do {
    const page = await load(cursor)
    found.push(...page.items)
    cursor = page.next_cursor ?? undefined
  } while (cursor)
  return found
}
