// The link in the letter to an old address: `?token=` takes the change back.
import { createFileRoute } from '@tanstack/react-router'
import { AddressChangePage } from '#features/session/address-change-page.tsx'
import { text } from '#lib/search-params.ts'

export const Route = createFileRoute('/verify/undo')({
  validateSearch: (search: Record<string, unknown>): { token?: string } => ({ token: text(search['token']) }),
  component: AddressChangeRoute,
})

function AddressChangeRoute() {
  return <AddressChangePage change="undo" token={Route.useSearch().token ?? ''} />
}
