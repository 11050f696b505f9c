// Everything for staff: others sign in first and come back to where they were going.
import { createFileRoute, redirect } from '@tanstack/react-router'
import { isStaff, profileQuery } from '#lib/session.ts'
import { PageError } from '#shell/page-error.tsx'
import { Shell } from '#shell/shell.tsx'

export const Route = createFileRoute('/_staff')({
  beforeLoad: async ({ context: { queryClient }, location }) => {
    const user = await queryClient.ensureQueryData(profileQuery)
    if (!user || !isStaff(user)) throw redirect({ to: '/login', search: { next: `/admin${location.href}` } })
  },
  component: Shell,
  // Who somebody is could not be found out, and nothing surrounds the page yet.
  errorComponent: (props) => (
    <main id="main" className="mx-auto max-w-3xl p-6">
      <PageError {...props} />
    </main>
  ),
})
