// Owns coming in: signing in, making an account, and what the links in letters about an account do.
import { api, ok, session } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'

type Grant = components['schemas']['GrantView']

/** The guest's cart has become part of the person's; whatever an other person left here goes. */
function useArrival() {
  const queryClient = useQueryClient()
  return async (grant: Grant) => {
    session.start(grant)
    queryClient.removeQueries({ queryKey: ['account'], type: 'inactive' })
    await queryClient.invalidateQueries({ queryKey: ['cart'] })
  }
}

export function useLogin() {
  const arrive = useArrival()
  return useMutation({
    mutationFn: (body: components['schemas']['LoginUser']) => ok(api.POST('/users/login', { body })),
    onSuccess: arrive,
  })
}

export function useRegister() {
  const arrive = useArrival()
  return useMutation({
    mutationFn: (body: components['schemas']['RegisterUser']) => ok(api.POST('/users/register', { body })),
    onSuccess: arrive,
  })
}

export function useForgotPassword() {
  return useMutation({
    mutationFn: (email: string) => ok(api.POST('/users/password/forgot', { body: { email } })),
  })
}

export function useResetPassword() {
  return useMutation({
    mutationFn: (body: components['schemas']['ResetPassword']) => ok(api.POST('/users/password/reset', { body })),
    // Every session has ended, this one too.
    onSuccess: () => session.end(),
  })
}

/** Opening the link is enough: a second time does nothing and is no error. */
export const verificationQuery = (token: string) =>
  queryOptions({
    queryKey: ['users', 'verification', token],
    queryFn: async () => {
      const verified = await ok(api.POST('/users/email/verify', { body: { token } }))
      // The next token says that the address is proven, and orders made as a guest join.
      if (session.token) await session.renew(session.token)
      return verified
    },
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })

export type AddressChange = 'confirm' | 'undo'

export function useAddressChange(change: AddressChange) {
  return useMutation({
    mutationFn: async (token: string) => {
      const body = { token }
      if (change === 'confirm') {
        await ok(api.POST('/users/email/confirm', { body }))
        if (session.token) await session.renew(session.token)
      } else {
        await ok(api.POST('/users/email/undo', { body }))
        session.end()
      }
    },
  })
}
