// The last comparison with the provider's books.
import { createFileRoute } from '@tanstack/react-router'
import { reconciliationQuery } from '#features/payments/api.ts'
import { ReconciliationPage } from '#features/payments/reconciliation-page.tsx'

export const Route = createFileRoute('/_staff/payments/reconciliation')({
  loader: ({ context: { queryClient } }) => queryClient.prefetchQuery(reconciliationQuery),
  component: ReconciliationPage,
})
