// Owns who works here and what they may do: members of staff, and roles.
import { api, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'

export type Account = components['schemas']['Page_AccountView']['items'][number]
export type Role = components['schemas']['RoleView']
export type Permission = components['schemas']['Permission']

export const CUSTOMER = 'customer'
/** Shops of this size have fewer people. */
const MOST = 100

export const rolesQuery = queryOptions({
  queryKey: ['staff', 'roles'],
  queryFn: async ({ signal }) => (await ok(api.GET('/users/roles', { signal }))).items,
})

/** Everyone who works here. */
export const staffQuery = queryOptions({
  queryKey: ['staff', 'members'],
  queryFn: async ({ signal }) => {
    const { items } = await ok(api.GET('/users', { params: { query: { staff: true, limit: MOST } }, signal }))
    return items.sort((one, other) => one.name.localeCompare(other.name))
  },
})

/** Who has a role, and so is signed out when it changes. */
export const roleMembersQuery = (role: string) =>
  queryOptions({
    queryKey: ['staff', 'members', role],
    queryFn: ({ signal }) => membersOf(role, signal),
  })

async function membersOf(role: string, signal: AbortSignal): Promise<Account[]> {
  return (await ok(api.GET('/users', { params: { query: { role, limit: MOST } }, signal }))).items
}

/** Accounts that can be given a role. */
export const accountsQuery = (q: string) =>
  queryOptions({
    queryKey: ['staff', 'accounts', q],
    queryFn: async ({ signal }) =>
      (await ok(api.GET('/users', { params: { query: { q, status: 'active', limit: 8 } }, signal }))).items,
    enabled: q.length >= 2,
    placeholderData: (before) => before,
  })

function useForgetStaff() {
  const queryClient = useQueryClient()
  return () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: ['staff'] }),
      queryClient.invalidateQueries({ queryKey: ['customers'] }),
    ])
}

export function useAssignRole() {
  const forget = useForgetStaff()
  return useMutation({
    mutationFn: ({ id, role }: { id: string; role: string }) =>
      ok(api.PUT('/users/{id}/role', { params: { path: { id } }, body: { role } })),
    onSuccess: forget,
  })
}

export interface RoleDraft {
  name: string
  title: string
  permissions: Permission[]
}

/** Makes a role, or changes the one of that name. */
export function useSaveRole(isNew: boolean) {
  const forget = useForgetStaff()
  return useMutation({
    mutationFn: ({ name, ...body }: RoleDraft) =>
      isNew
        ? ok(api.POST('/users/roles', { body: { name, ...body } }))
        : ok(api.PUT('/users/roles/{name}', { params: { path: { name } }, body })),
    onSuccess: forget,
  })
}

export function useDeleteRole() {
  const forget = useForgetStaff()
  return useMutation({
    mutationFn: (name: string) => ok(api.DELETE('/users/roles/{name}', { params: { path: { name } } })),
    onSuccess: forget,
  })
}
