// Owns what is for sale: products, their lists and the categories they are in, and what delivery of them costs.
import { api, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { infiniteQueryOptions, keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query'
import { STALE } from '#lib/query-client.ts'
import { type SearchParams, text } from '#lib/search-params.ts'
import { canonical, listQuery } from './list-search.ts'

export type Category = components['schemas']['CategoryNode']
export type Product = components['schemas']['ProductView']
export type ProductPage = components['schemas']['ProductPage']
export type Facets = components['schemas']['Facets']
export type Variant = components['schemas']['VariantView']
export type Image = components['schemas']['Image']

export const categoriesQuery = queryOptions({
  queryKey: ['categories'],
  // No signal: a menu that goes away must not cancel what a loader waits for.
  queryFn: () => ok(api.GET('/categories')),
  staleTime: STALE.structure,
})

/** One mail when the sold-out variant is back. */
export function askForRestock(slug: string, body: components['schemas']['RestockWish']): Promise<undefined> {
  return ok(api.POST('/products/{id}/back-in-stock', { params: { path: { id: slug } }, body }))
}

/** A part of a list. Its canonical query is its name, also where the gateway brings it along with the document. */
export const productsQuery = (query: string) =>
  queryOptions({
    queryKey: ['products', query],
    queryFn: ({ signal }) => ok(api.GET('/products', { querySerializer: () => query, signal })),
  })

export const newestQuery = productsQuery('limit=11&sort=newest')

export const bestRatedQuery = productsQuery('limit=16&sort=rating')

export const relatedQuery = (category: string) =>
  productsQuery(
    canonical([
      ['category', category],
      ['limit', '8'],
    ]),
  )

/** A list as far as it was read: its parts are kept one by one. */
export const listingQuery = (query: string) =>
  infiniteQueryOptions({
    queryKey: ['listing', query],
    queryFn: ({ client, pageParam }) =>
      client.fetchQuery(
        productsQuery(pageParam ? canonical([...new URLSearchParams(query), ['cursor', pageParam]]) : query),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  })

/** The first `pages` parts of a list, for those who come back to it or were sent its address. */
export async function ensureListing(queryClient: QueryClient, query: string, pages: number): Promise<void> {
  const options = listingQuery(query)
  const known = queryClient.getQueryData(options.queryKey)
  if (known && (known.pages.length >= pages || !known.pages.at(-1)?.next_cursor)) return
  await queryClient.fetchInfiniteQuery({ ...options, pages, staleTime: 0 })
}

export const productQuery = (slug: string) =>
  queryOptions({
    queryKey: ['product', slug],
    queryFn: ({ signal }) => ok(api.GET('/products/{id}', { params: { path: { id: slug } }, signal })),
  })

/** What it costs, and how long it takes, to bring this to a country. */
export const deliveryQuery = (sku: string, quantity: number, country: string) =>
  queryOptions({
    queryKey: ['delivery', sku, quantity, country],
    queryFn: ({ signal }) =>
      ok(api.POST('/shipping/calculate', { body: { destination: { country }, items: [{ sku, quantity }] }, signal })),
  })

export function findCategory(categories: readonly Category[], slug: string): Category | undefined {
  for (const category of categories) {
    const found = category.slug === slug ? category : findCategory(category.children, slug)
    if (found) return found
  }
  return undefined
}

/** The variant that was searched for by its number, if that was all there was to find. */
export function findBySku(queryClient: QueryClient, search: SearchParams): { slug: string; sku: string } | undefined {
  const wanted = text(search['q'])?.toLowerCase()
  const found = queryClient.getQueryData(listingQuery(listQuery(search)).queryKey)?.pages[0]?.items ?? []
  for (const product of found.slice(0, 1)) {
    const variant = product.variants.find(({ sku, barcode }) => wanted === sku.toLowerCase() || wanted === barcode)
    if (variant) return { slug: product.slug, sku: variant.sku }
  }
  return undefined
}
