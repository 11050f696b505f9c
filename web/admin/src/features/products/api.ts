// Owns products as staff see and write them.
import { api, idempotencyKey, ok } from '@rialto/api/client.ts'
import type { components, operations } from '@rialto/api/schema.d.ts'
import {
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'

export type Product = components['schemas']['ProductView']
export type ProductInput = components['schemas']['ProductInput']
export type Variant = components['schemas']['VariantView']
export type VariantInput = components['schemas']['VariantInput']
export type ProductStatus = components['schemas']['ProductStatus']
export type Facets = components['schemas']['Facets']
type Query = NonNullable<operations['list_products']['parameters']['query']>
export type ProductSort = NonNullable<Query['sort']>

export const STATUSES = ['published', 'draft', 'archived'] as const satisfies ProductStatus[]
export const SORTS = ['relevance', 'newest', 'title', 'price', '-price', 'rating'] as const satisfies ProductSort[]

export interface ProductFilter {
  q?: string | undefined
  status?: ProductStatus | undefined
  category?: string | undefined
  vendor?: string | undefined
  tag?: string | undefined
  stock?: 'in' | 'out' | undefined
  sort?: ProductSort | undefined
}

const LIST = ['products', 'list'] as const

export const productsQuery = (filter: ProductFilter) =>
  infiniteQueryOptions({
    queryKey: [...LIST, filter],
    queryFn: ({ pageParam, signal }) =>
      ok(api.GET('/products', { params: { query: { ...asQuery(filter), cursor: pageParam, limit: 50 } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

/** What the list shows, as a file. */
export function exportProducts(filter: ProductFilter): Promise<string> {
  return ok(api.GET('/products/export', { params: { query: asQuery(filter) }, parseAs: 'text' }))
}

function asQuery({ q, status, category, vendor, tag, stock, sort }: ProductFilter): Query {
  return {
    status: status ?? 'any',
    ...(q && { q }),
    ...(category && { category: [category] }),
    ...(vendor && { vendor: [vendor] }),
    ...(tag && { tag: [tag] }),
    ...(stock && { in_stock: stock === 'in' }),
    ...(sort && { sort }),
  }
}

export const productQuery = (id: string) =>
  queryOptions({
    queryKey: ['products', id],
    queryFn: ({ signal }) => ok(api.GET('/products/{id}', { params: { path: { id } }, signal })),
  })

/** What exists to choose from when typing a vendor or a tag. */
export const vocabularyQuery = queryOptions({
  queryKey: ['products', 'vocabulary'],
  queryFn: async ({ signal }) => {
    const { facets } = await ok(api.GET('/products', { params: { query: { status: 'any', limit: 1 } }, signal }))
    return {
      tags: facets.tag.map(({ value }) => value),
      vendors: facets.vendor.map(({ value }) => value),
      attributes: Object.fromEntries(facets.attributes.map(({ name, values }) => [name, values.map((v) => v.value)])),
    }
  },
  staleTime: 60_000,
})

export interface ProductChange {
  id: string
  /** The state that was read: a newer one refuses the change (412). */
  version: string
  input: ProductInput
}

/** Writes a product over the state it was read in. */
export function writeProduct({ id, version, input }: ProductChange): Promise<Product> {
  const params = { path: { id }, header: { 'If-Match': `"${version}"` } }
  return ok(api.PUT('/products/{id}', { params, body: input }))
}

export interface StockDelta {
  sku: string
  by: number
}

/** Corrects stock by a difference, so that what was sold meanwhile stays sold. */
export async function adjustStock({ sku, by }: StockDelta, reason: string): Promise<void> {
  await ok(api.PUT('/inventory/{sku}', { params: { path: { sku } }, body: { adjust: by, cause: 'adjusted', reason } }))
}

export function useCreateProduct() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ input, key }: { input: ProductInput; key: string }) =>
      ok(api.POST('/products', { body: input, headers: idempotencyKey(key) })),
    onSuccess: (product) => keep(queryClient, product),
  })
}

export function useArchiveProduct() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ id, version }: Pick<Product, 'id' | 'version'>) =>
      ok(api.DELETE('/products/{id}', { params: { path: { id }, header: { 'If-Match': `"${version}"` } } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['products'] }),
  })
}

/** Puts a product that was just written into the cache, and lets the lists ask again. */
export function keep(queryClient: QueryClient, product: Product): void {
  queryClient.setQueryData(productQuery(product.id).queryKey, product)
  queryClient.setQueriesData<{ pages: { items: Product[] }[] }>({ queryKey: LIST }, (lists) => {
    if (!lists) return lists
    const swap = (item: Product) => (item.id === product.id ? product : item)
    return { ...lists, pages: lists.pages.map((page) => ({ ...page, items: page.items.map(swap) })) }
  })
  void queryClient.invalidateQueries({ queryKey: LIST })
  void queryClient.invalidateQueries({ queryKey: ['inventory'] })
}
