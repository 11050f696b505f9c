// One's own account.
import { createFileRoute } from '@tanstack/react-router'
import { sessionsQuery } from '#features/profile/api.ts'
import { ProfilePage } from '#features/profile/profile-page.tsx'

export const Route = createFileRoute('/_staff/profile')({
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(sessionsQuery),
  component: ProfilePage,
})
