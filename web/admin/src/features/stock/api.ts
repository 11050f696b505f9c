// Owns what is in stock: numbers of each SKU, their corrections, and the ledger of all movements.
import { api, idempotencyKey, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'

export type Stock = components['schemas']['StockView']
export type StockChange = components['schemas']['StockChange']
export type StockCount = components['schemas']['StockCount']
export type Movement = components['schemas']['MovementView']
export type MovementKind = components['schemas']['Kind']

export interface StockFilter {
  prefix?: string | undefined
  /** Only SKUs of which at most so many can be sold. */
  low?: number | undefined
}

const LIST = ['inventory', 'list'] as const

export const stockListQuery = (filter: StockFilter) =>
  infiniteQueryOptions({
    queryKey: [...LIST, filter],
    queryFn: ({ pageParam, signal }) =>
      ok(api.GET('/inventory', { params: { query: { ...filter, cursor: pageParam, limit: 50 } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export const stockQuery = (sku: string) =>
  queryOptions({
    queryKey: ['inventory', 'sku', sku],
    queryFn: ({ signal }) => ok(api.GET('/inventory/{sku}', { params: { path: { sku } }, signal })),
  })

export const movementsQuery = (sku: string) =>
  infiniteQueryOptions({
    queryKey: ['inventory', 'movements', sku],
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/inventory/{sku}/movements', {
          params: { path: { sku }, query: { cursor: pageParam, limit: 50 } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

/** The product that a SKU belongs to; null when it is sold no more. */
export const ownerQuery = (sku: string) =>
  queryOptions({
    queryKey: ['inventory', 'owner', sku],
    queryFn: async ({ signal }) => {
      const query = { q: sku, status: 'any', limit: 5 }
      const { items } = await ok(api.GET('/products', { params: { query }, signal }))
      return items.find(({ variants }) => variants.some((variant) => variant.sku === sku)) ?? null
    },
    staleTime: 60_000,
  })

export function useCorrectStock(sku: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ change, key }: { change: StockChange; key: string }) =>
      ok(api.PUT('/inventory/{sku}', { params: { path: { sku } }, body: change, headers: idempotencyKey(key) })),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['inventory'] })
      void queryClient.invalidateQueries({ queryKey: ['products'] })
    },
  })
}

export function useCountStock() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (body: StockCount) => ok(api.PUT('/inventory', { body })),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['inventory'] })
      void queryClient.invalidateQueries({ queryKey: ['products'] })
    },
  })
}
