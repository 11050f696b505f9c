// Addresses that are not written to: all, or one as `?to=`.
import { createFileRoute } from '@tanstack/react-router'
import { suppressionsQuery } from '#features/notifications/api.ts'
import { SuppressionsPage } from '#features/notifications/suppressions-page.tsx'
import { text } from '#lib/search-params.ts'

export const Route = createFileRoute('/_staff/notifications/suppressions')({
  validateSearch: (search: Record<string, unknown>): { to?: string } => ({ to: text(search['to']) }),
  loaderDeps: ({ search: { to } }) => ({ to }),
  loader: ({ context: { queryClient }, deps: { to } }) => queryClient.prefetchInfiniteQuery(suppressionsQuery(to)),
  component: SuppressionsRoute,
})

function SuppressionsRoute() {
  return <SuppressionsPage to={Route.useSearch().to} />
}
