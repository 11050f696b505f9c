// Owns the signed-in member of staff: who they are, what they may do, coming and going.
import { api, ok, session } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { queryOptions, useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'

export type User = components['schemas']['UserView']
export type Permission = components['schemas']['Permission']

/** Null when nobody is signed in, for which no request is made. */
export const profileQuery = queryOptions({
  queryKey: ['users', 'profile'],
  queryFn: async (): Promise<User | null> => {
    await session.restore()
    return session.remembered ? ok(api.GET('/users/profile')) : null
  },
  staleTime: 60_000,
})

export function isStaff(user: User): boolean {
  return user.permissions.length > 0
}

/** What the member of staff may do. The server decides; the page only does not offer what would be refused. */
export function useMay(): (permission: Permission) => boolean {
  const { data: user } = useSuspenseQuery(profileQuery)
  return (permission) => user?.permissions.includes(permission) ?? false
}

export function useLogin() {
  return useMutation({
    mutationFn: (body: components['schemas']['LoginUser']) => ok(api.POST('/users/login', { body })),
    onSuccess: (grant) => session.start(grant),
  })
}

export function useLogout() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () => ok(api.POST('/users/logout')),
    onSettled: () => {
      // Whoever leaves on purpose is not asked to come back.
      queryClient.setQueryData(profileQuery.queryKey, null)
      session.end()
      queryClient.clear()
    },
  })
}
