// Everything below /account: for people who are signed in; others sign in first and come back.
import { createFileRoute, Outlet, redirect } from '@tanstack/react-router'
import { AccountFrame } from '#features/account/account-frame.tsx'
import { SessionEnded } from '#features/session/session-ended.tsx'
import { profileQuery } from '#lib/session.ts'

export const Route = createFileRoute('/account')({
  beforeLoad: async ({ context: { queryClient }, location }) => {
    const profile = await queryClient.ensureQueryData(profileQuery)
    if (!profile) throw redirect({ to: '/login', search: { next: location.href } })
  },
  component: AccountRoute,
})

function AccountRoute() {
  return (
    <AccountFrame>
      <Outlet />
      <SessionEnded />
    </AccountFrame>
  )
}
