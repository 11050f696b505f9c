// Password, sessions, data, and the end of the account.
import { createFileRoute } from '@tanstack/react-router'
import { sessionsQuery } from '#features/account/api.ts'
import { SecurityPage } from '#features/account/security-page.tsx'

export const Route = createFileRoute('/account/security')({
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(sessionsQuery),
  component: SecurityPage,
})
