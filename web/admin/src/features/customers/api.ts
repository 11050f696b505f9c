// Owns accounts as staff see them: the list, one account, shutting and opening it, its role, and mails to it.
import { api, ok } from '@rialto/api/client.ts'
import type { components, operations } from '@rialto/api/schema.d.ts'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'

export type Account = components['schemas']['AccountView']
export type CustomerFilter = Pick<NonNullable<operations['list_users']['parameters']['query']>, 'q' | 'role' | 'status'>

export const ACCOUNT_STATUSES = ['active', 'disabled', 'erased'] as const

const PAGE_SIZE = 50
const FOUND_MAX = 5
const MAILS_MAX = 20

export const customersQuery = (filter: CustomerFilter) =>
  infiniteQueryOptions({
    queryKey: ['customers', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      ok(api.GET('/users', { params: { query: { ...filter, cursor: pageParam, limit: PAGE_SIZE } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

/** A few accounts, for the palette. */
export const customersFoundQuery = (q: string) =>
  queryOptions({
    queryKey: ['customers', 'found', q],
    queryFn: ({ signal }) => ok(api.GET('/users', { params: { query: { q, limit: FOUND_MAX } }, signal })),
  })

export const customerQuery = (id: string) =>
  queryOptions({
    queryKey: ['customers', id],
    queryFn: ({ signal }) => ok(api.GET('/users/{id}', { params: { path: { id } }, signal })),
  })

export const customerMailsQuery = (id: string) =>
  queryOptions({
    queryKey: ['customers', id, 'mails'],
    queryFn: ({ signal }) =>
      ok(api.GET('/notifications/history', { params: { query: { user_id: id, limit: MAILS_MAX } }, signal })),
  })

export const rolesQuery = queryOptions({
  queryKey: ['customers', 'roles'],
  queryFn: ({ signal }) => ok(api.GET('/users/roles', { signal })),
  staleTime: 60_000,
})

export function useDisableCustomer(id: string) {
  return useChangeCustomer(id, () => ok(api.POST('/users/{id}/disable', { params: { path: { id } } })))
}

export function useEnableCustomer(id: string) {
  return useChangeCustomer(id, () => ok(api.POST('/users/{id}/enable', { params: { path: { id } } })))
}

export function useAssignRole(id: string) {
  return useChangeCustomer(id, (role: string) =>
    ok(api.PUT('/users/{id}/role', { params: { path: { id } }, body: { role } })),
  )
}

function useChangeCustomer<Input>(id: string, change: (input: Input) => Promise<Account>) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: (account) => {
      queryClient.setQueryData(customerQuery(id).queryKey, account)
      return queryClient.invalidateQueries({ queryKey: ['customers'] })
    },
  })
}
