// The list of stock; its filters are the URL's.
import { createFileRoute } from '@tanstack/react-router'
import { type StockFilter, stockListQuery } from '#features/stock/api.ts'
import { StockPage } from '#features/stock/stock-page.tsx'
import { text } from '#lib/search-params.ts'

export const Route = createFileRoute('/_staff/_catalog/stock/')({
  validateSearch: (search: Record<string, unknown>): StockFilter => ({
    prefix: text(search['prefix']),
    low: pieces(search['low']),
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps }) => queryClient.prefetchInfiniteQuery(stockListQuery(deps)),
  component: StockRoute,
})

function StockRoute() {
  return <StockPage filter={Route.useSearch()} />
}

function pieces(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined
}
