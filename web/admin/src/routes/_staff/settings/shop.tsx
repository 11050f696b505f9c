// What the shop runs with.
import { createFileRoute } from '@tanstack/react-router'
import { SettingsPage } from '#features/settings/settings-page.tsx'
import { settingsQuery } from '#lib/settings.ts'

export const Route = createFileRoute('/_staff/settings/shop')({
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(settingsQuery),
  component: SettingsPage,
})
