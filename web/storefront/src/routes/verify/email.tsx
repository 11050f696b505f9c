// The link in the letter to a new address: `?token=` makes it that of the account.
import { createFileRoute } from '@tanstack/react-router'
import { AddressChangePage } from '#features/session/address-change-page.tsx'
import { text } from '#lib/search-params.ts'

export const Route = createFileRoute('/verify/email')({
  validateSearch: (search: Record<string, unknown>): { token?: string } => ({ token: text(search['token']) }),
  component: AddressChangeRoute,
})

function AddressChangeRoute() {
  return <AddressChangePage change="confirm" token={Route.useSearch().token ?? ''} />
}
