// Owns one's own account: name, phone, password, and where one is signed in.
import { api, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { profileQuery } from '#lib/session.ts'

export type Session = components['schemas']['SessionView']

export const sessionsQuery = queryOptions({
  queryKey: ['users', 'sessions'],
  queryFn: async ({ signal }) =>
    (await ok(api.GET('/users/sessions', { params: { query: { limit: 100 } }, signal }))).items,
})

export function useUpdateProfile() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (body: { name: string; phone: string | null }) => ok(api.PUT('/users/update', { body })),
    onSuccess: (user) => queryClient.setQueryData(profileQuery.queryKey, user),
  })
}

export function useChangePassword() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (body: components['schemas']['ChangePassword']) => ok(api.POST('/users/password/change', { body })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  })
}

export function useEndSession() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => ok(api.DELETE('/users/sessions/{id}', { params: { path: { id } } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  })
}

export function useEndOtherSessions() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () => ok(api.DELETE('/users/sessions')),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  })
}
