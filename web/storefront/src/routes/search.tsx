// The results of a search, `?q=`, with the filters of a list; without words, all products.
import { createFileRoute, redirect } from '@tanstack/react-router'
import { ensureListing, findBySku } from '#features/catalog/api.ts'
import { ensureListParts } from '#features/catalog/list-parts.ts'
import { listQuery, pageOf, readListSearch } from '#features/catalog/list-search.ts'
import { SearchPage } from '#features/catalog/search-page.tsx'

export const Route = createFileRoute('/search')({
  validateSearch: readListSearch,
  loaderDeps: ({ search }) => ({ query: search }),
  loader: async ({ context: { queryClient }, deps: { query }, cause }) => {
    const asked = listQuery(query)
    const list = ensureListing(queryClient, asked, pageOf(query))
    // Whoever only changes a filter keeps the page, which shows the old list until the new one is there.
    if (cause === 'stay') return void list.catch(() => undefined)
    await ensureListParts(queryClient, asked, list)
    const named = findBySku(queryClient, query)
    if (named)
      throw redirect({ to: '/p/$slug', params: { slug: named.slug }, search: { variant: named.sku }, replace: true })
  },
  component: SearchRoute,
})

function SearchRoute() {
  return <SearchPage search={Route.useSearch()} />
}
