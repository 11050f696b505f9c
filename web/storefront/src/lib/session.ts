// Owns who is signed in, as every part of the storefront may ask.
import { api, ok, session } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { queryOptions, useMutation, useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { STALE } from '#lib/query-client.ts'

export type User = components['schemas']['UserView']

/** Null for guests, for whom no request is made. */
export const profileQuery = queryOptions({
  queryKey: ['users', 'profile'],
  queryFn: async (): Promise<User | null> => {
    await session.restore()
    return session.remembered ? ok(api.GET('/users/profile')) : null
  },
  staleTime: STALE.structure,
})

/** Whose account the page shows: for pages below /account, which only open for somebody. */
export function useUser(): User {
  const user = useQuery(profileQuery).data
  const last = useRef(user)
  // A session that runs out while somebody types must not take the page from under their hands.
  if (user) last.current = user
  if (!last.current) throw new Error('This page is for people who are signed in.')
  return last.current
}

export function useLogout() {
  return useMutation({
    mutationFn: () => ok(api.POST('/users/logout')),
    onSettled: () => session.end(),
  })
}
