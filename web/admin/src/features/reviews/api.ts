// Owns reviews as moderators see them.
import { api, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query'

export type Review = components['schemas']['ModeratedReview']
export type ReviewStatus = components['schemas']['ReviewStatus']

export const STATUSES = ['pending', 'approved', 'rejected'] as const satisfies ReviewStatus[]

export interface ReviewFilter {
  status?: ReviewStatus | undefined
  product?: string | undefined
}

export const reviewsQuery = ({ status = 'pending', product }: ReviewFilter) =>
  infiniteQueryOptions({
    queryKey: ['reviews', 'list', { status, product }],
    queryFn: ({ pageParam, signal }) => {
      const query = { status, cursor: pageParam, limit: 30, ...(product && { product_id: product }) }
      return ok(api.GET('/reviews', { params: { query }, signal }))
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

interface Decision {
  id: string
  status?: 'approved' | 'rejected'
  reply?: string
}

/** A decision or a reply. The list is asked again afterwards: what is decided leaves the queue. */
export function useModerate() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ id, ...body }: Decision) => ok(api.PUT('/reviews/{id}', { params: { path: { id } }, body })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['reviews'] }),
  })
}

export function decide(id: string, status: 'approved' | 'rejected') {
  return ok(api.PUT('/reviews/{id}', { params: { path: { id } }, body: { status } }))
}
