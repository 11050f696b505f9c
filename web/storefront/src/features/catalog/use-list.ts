// Owns a list in the hands of a shopper: what its URL says, its products as far as they were read, and how to change both.
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { SearchParams } from '#lib/search-params.ts'
import { listingQuery } from './api.ts'
import { listQuery } from './list-search.ts'

export function useList(search: SearchParams, category?: string) {
  const navigate = useNavigate()
  const query = useInfiniteQuery(listingQuery(listQuery(search, category)))
  const pages = query.data?.pages ?? []

  /** Another filter or order: a step that "back" takes back. The page stays where it is. */
  function change(next: SearchParams) {
    navigate({ to: '.', search: next, resetScroll: false })
  }

  /** The URL then says how much is shown, so that whoever comes back finds it all again. */
  async function more() {
    const { data } = await query.fetchNextPage()
    if (data)
      navigate({ to: '.', search: { ...search, page: String(data.pages.length) }, replace: true, resetScroll: false })
  }

  return {
    search,
    category,
    change,
    more,
    products: pages.flatMap(({ items }) => items),
    first: pages[0],
    error: query.error,
    refetch: query.refetch,
    hasMore: query.hasNextPage,
    isReadingMore: query.isFetchingNextPage,
    /** Another list is on its way; what is shown is the one before. */
    isLate: query.isPlaceholderData,
  }
}

export type List = ReturnType<typeof useList>
