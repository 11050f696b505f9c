// Prices and stock of the products that the list chose; `?ids=` are theirs.
import { createFileRoute } from '@tanstack/react-router'
import { productQuery } from '#features/products/api.ts'
import { GridPage } from '#features/products/grid/grid-page.tsx'
import { found } from '#lib/found.ts'
import { text } from '#lib/search-params.ts'

export const Route = createFileRoute('/_staff/_catalog/products/grid')({
  validateSearch: (search: Record<string, unknown>): { ids?: string } => ({ ids: text(search['ids']) }),
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps }) =>
    found(Promise.all(idsOf(deps.ids).map((id) => queryClient.ensureQueryData(productQuery(id))))),
  component: GridRoute,
})

function GridRoute() {
  return <GridPage ids={idsOf(Route.useSearch().ids)} />
}

function idsOf(ids: string | undefined): string[] {
  return ids?.split(',').filter(Boolean) ?? []
}
