// What the owner of the address in `?to=` agreed to.
import { createFileRoute } from '@tanstack/react-router'
import { ConsentsPage } from '#features/notifications/consents-page.tsx'
import { text } from '#lib/search-params.ts'

export const Route = createFileRoute('/_staff/notifications/consents')({
  validateSearch: (search: Record<string, unknown>): { to?: string } => ({ to: text(search['to']) }),
  component: ConsentsRoute,
})

function ConsentsRoute() {
  return <ConsentsPage to={Route.useSearch().to} />
}
