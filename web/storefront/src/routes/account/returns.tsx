// The returns of the account.
import { createFileRoute } from '@tanstack/react-router'
import { myReturnsQuery } from '#features/orders/api.ts'
import { ReturnsPage } from '#features/orders/returns-page.tsx'

export const Route = createFileRoute('/account/returns')({
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(myReturnsQuery),
  component: ReturnsPage,
})
