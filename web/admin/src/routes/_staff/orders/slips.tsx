// Packing slips of the orders in `?ids=`, separated by commas.
import { createFileRoute } from '@tanstack/react-router'
import { orderQuery } from '#features/orders/api.ts'
import { SlipsPage } from '#features/orders/slips-page.tsx'
import { found } from '#lib/found.ts'
import { text } from '#lib/search-params.ts'

export const Route = createFileRoute('/_staff/orders/slips')({
  validateSearch: (search: Record<string, unknown>): { ids: string } => ({ ids: text(search['ids']) ?? '' }),
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps }) =>
    found(Promise.all(split(deps.ids).map((id) => queryClient.ensureQueryData(orderQuery(id))))),
  component: SlipsRoute,
})

function SlipsRoute() {
  return <SlipsPage ids={split(Route.useSearch().ids)} />
}

function split(ids: string): string[] {
  return ids.split(',').filter(Boolean)
}
