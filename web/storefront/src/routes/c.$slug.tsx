// The products of a category. Its filters stand in the URL by the API's names; `page` is how many parts are shown.
import { createFileRoute, notFound } from '@tanstack/react-router'
import { categoriesQuery, ensureListing, findCategory } from '#features/catalog/api.ts'
import { CategoryPage } from '#features/catalog/category-page.tsx'
import { ensureListParts } from '#features/catalog/list-parts.ts'
import { listQuery, pageOf, readListSearch } from '#features/catalog/list-search.ts'

export const Route = createFileRoute('/c/$slug')({
  validateSearch: readListSearch,
  loaderDeps: ({ search }) => ({ query: search }),
  loader: async ({ context: { queryClient }, params: { slug }, deps: { query }, cause }) => {
    const asked = listQuery(query, slug)
    const list = ensureListing(queryClient, asked, pageOf(query))
    const categories = await queryClient.ensureQueryData(categoriesQuery)
    if (!findCategory(categories.items, slug)) throw notFound()
    // Whoever only changes a filter keeps the page, which shows the old list until the new one is there.
    if (cause !== 'stay') await ensureListParts(queryClient, asked, list)
    else list.catch(() => undefined)
  },
  component: CategoryRoute,
})

function CategoryRoute() {
  return <CategoryPage slug={Route.useParams().slug} search={Route.useSearch()} />
}
