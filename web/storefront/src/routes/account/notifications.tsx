// What the shop may write about, and what it wrote.
import { createFileRoute } from '@tanstack/react-router'
import { preferencesQuery } from '#features/account/api.ts'
import { NotificationsPage } from '#features/account/notifications-page.tsx'

export const Route = createFileRoute('/account/notifications')({
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(preferencesQuery),
  component: NotificationsPage,
})
