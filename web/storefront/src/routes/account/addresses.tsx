// The address book.
import { createFileRoute } from '@tanstack/react-router'
import { AddressesPage } from '#features/account/addresses-page.tsx'
import { addressesQuery } from '#features/account/api.ts'

export const Route = createFileRoute('/account/addresses')({
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(addressesQuery),
  component: AddressesPage,
})
