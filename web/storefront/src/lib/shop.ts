// Owns what the shop says of itself. The document brings it along, so that nobody waits for it.
import { api, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { queryOptions, useQuery } from '@tanstack/react-query'

export type Shop = components['schemas']['ShopView']

export const shopName = document.querySelector<HTMLMetaElement>('meta[name="application-name"]')?.content ?? 'Rialto'

export const shopQuery = queryOptions({
  queryKey: ['shop'],
  queryFn: () => ok(api.GET('/shop')),
  staleTime: Number.POSITIVE_INFINITY,
})

/** Undefined while the shop has not said, which no page has to wait for. */
export function useShop(): Shop | undefined {
  return useQuery(shopQuery).data
}
