// The list of products; its filters are the URL's.
import { createFileRoute } from '@tanstack/react-router'
import { type ProductFilter, productsQuery, SORTS, STATUSES } from '#features/products/api.ts'
import { ProductsPage } from '#features/products/list/products-page.tsx'
import { oneOf, text } from '#lib/search-params.ts'

export const Route = createFileRoute('/_staff/_catalog/products/')({
  validateSearch: (search: Record<string, unknown>): ProductFilter => ({
    q: text(search['q']),
    status: oneOf(STATUSES, search['status']),
    category: text(search['category']),
    vendor: text(search['vendor']),
    tag: text(search['tag']),
    stock: oneOf(['in', 'out'] as const, search['stock']),
    sort: oneOf(SORTS, search['sort']),
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps }) => queryClient.prefetchInfiniteQuery(productsQuery(deps)),
  component: ProductsRoute,
})

function ProductsRoute() {
  return <ProductsPage filter={Route.useSearch()} />
}
