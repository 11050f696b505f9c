// Owns promotions: coupon codes that take something off the goods.
import { api, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'

export type Promotion = components['schemas']['PromotionView']
export type PromotionInput = components['schemas']['PromotionInput']

export const promotionsQuery = infiniteQueryOptions({
  queryKey: ['promotions', 'list'],
  queryFn: ({ pageParam, signal }) =>
    ok(api.GET('/promotions', { params: { query: { cursor: pageParam, limit: 50 } }, signal })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
})

export const promotionQuery = (id: string) =>
  queryOptions({
    queryKey: ['promotions', id],
    queryFn: ({ signal }) => ok(api.GET('/promotions/{id}', { params: { path: { id } }, signal })),
  })

export function useSavePromotion() {
  const queryClient = useQueryClient()
  return useMutation({
    /** Without an id a new one is made. */
    mutationFn: ({ id, input }: { id: string | undefined; input: PromotionInput }) =>
      id === undefined
        ? ok(api.POST('/promotions', { body: input }))
        : ok(api.PUT('/promotions/{id}', { params: { path: { id } }, body: input })),
    onSuccess: (saved) => {
      queryClient.setQueryData(promotionQuery(saved.id).queryKey, saved)
      return queryClient.invalidateQueries({ queryKey: promotionsQuery.queryKey })
    },
  })
}

export function useDeletePromotion() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => ok(api.DELETE('/promotions/{id}', { params: { path: { id } } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['promotions'] }),
  })
}

export type PromotionState = 'active' | 'scheduled' | 'ended' | 'used_up' | 'off'

/** What a shopper meets who types the code now. */
export function stateOf(promotion: Promotion, now = Date.now()): PromotionState {
  const { active, starts_at, ends_at, max_uses, uses } = promotion
  if (!active) return 'off'
  if (ends_at && new Date(ends_at).getTime() <= now) return 'ended'
  if (typeof max_uses === 'number' && uses >= max_uses) return 'used_up'
  return starts_at && new Date(starts_at).getTime() > now ? 'scheduled' : 'active'
}
