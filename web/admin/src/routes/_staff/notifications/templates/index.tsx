// All messages the shop can send.
import { createFileRoute } from '@tanstack/react-router'
import { templatesQuery } from '#features/templates/api.ts'
import { TemplatesPage } from '#features/templates/templates-page.tsx'

export const Route = createFileRoute('/_staff/notifications/templates/')({
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(templatesQuery),
  component: TemplatesPage,
})
