// The link in the letter to a new customer: `?token=` proves their address.
import { createFileRoute } from '@tanstack/react-router'
import { VerifyPage } from '#features/session/verify-page.tsx'
import { text } from '#lib/search-params.ts'

export const Route = createFileRoute('/verify/')({
  validateSearch: (search: Record<string, unknown>): { token?: string } => ({ token: text(search['token']) }),
  component: VerifyRoute,
})

function VerifyRoute() {
  return <VerifyPage token={Route.useSearch().token ?? ''} />
}
