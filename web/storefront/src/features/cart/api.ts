// Owns the cart as the server keeps it. Its changes are in `change.ts` and beside it: every page shows the cart, few change it.
import { api, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { STALE } from '#lib/query-client.ts'

export type Cart = components['schemas']['CartView']
export type CartLine = components['schemas']['CartLineView']
export type CartProblem = components['schemas']['CartProblem']
export type CartDrafts = components['schemas']['CartDrafts']

export const cartQuery = queryOptions({
  queryKey: ['cart'],
  // Not given up when the header that asked first goes away: the page's loader waits for the same answer.
  queryFn: () => ok(api.GET('/cart')),
  staleTime: STALE.live,
})

/** Pieces in the cart, for the badge: 0 until it is known. */
export function useCartCount(): number {
  return useQuery({ ...cartQuery, select: (cart) => cart.item_count }).data ?? 0
}
