// Owns when the parts of a list come that have code of their own: with the page, where the server's first screen has them.
import type { QueryClient } from '@tanstack/react-query'
import { lazyPart } from '#lib/lazy-part.ts'
import { listingQuery } from './api.ts'

/** On narrow screens the filters stand in a sheet, and come with it. */
export const BESIDE_LIST = '(min-width: 64rem)'

export const FacetGroups = lazyPart(() => import('./facet-groups.tsx'), 'FacetGroups')
export const NothingFound = lazyPart(() => import('./no-products.tsx'), 'NothingFound')
export const NothingWithFilters = lazyPart(() => import('./no-products.tsx'), 'NothingWithFilters')

/** `list` is on its way to the cache, by its canonical `query`. */
export async function ensureListParts(queryClient: QueryClient, query: string, list: Promise<void>): Promise<void> {
  const facets = matchMedia(BESIDE_LIST).matches && FacetGroups.preload?.()
  await list
  const isEmpty = queryClient.getQueryData(listingQuery(query).queryKey)?.pages[0]?.total === 0
  await Promise.all([facets, isEmpty && NothingFound.preload?.(), isEmpty && NothingWithFilters.preload?.()])
}
