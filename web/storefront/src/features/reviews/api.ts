// Owns what people say of a product: reading it, writing it, and saying that it helped.
import { api, ok, session } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import type { ReviewFilter } from './review-filter.ts'

export type Review = components['schemas']['ReviewView']
export type ReviewPage = components['schemas']['ReviewPage']
type ReviewInput = components['schemas']['ReviewInput']

const LIMIT = 6

export const reviewsQuery = (slug: string, { stars, order }: ReviewFilter) =>
  infiniteQueryOptions({
    queryKey: ['reviews', slug, stars ?? null, order ?? null],
    queryFn: ({ pageParam, signal }) => {
      const query = {
        limit: LIMIT,
        ...(stars && { rating: stars }),
        ...(order && { sort: order }),
        ...(pageParam && { cursor: pageParam }),
      }
      return ok(api.GET('/products/{id}/reviews', { params: { path: { id: slug }, query }, signal }))
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  })

/** What the signed-in person said of it, whatever its state. Null for guests, for whom no request is made. */
export const myReviewQuery = (slug: string) =>
  queryOptions({
    queryKey: ['account', 'review', slug],
    queryFn: async (): Promise<Review | null> => {
      if (!session.remembered) return null
      await session.restore()
      const params = { path: { id: slug }, query: { limit: 1 } }
      return (await ok(api.GET('/products/{id}/reviews', { params }))).mine ?? null
    },
  })

export function useWriteReview(slug: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (body: ReviewInput) => ok(api.POST('/products/{id}/reviews', { params: { path: { id: slug } }, body })),
    onSuccess: (review) => queryClient.setQueryData(myReviewQuery(slug).queryKey, review),
  })
}

export function useHelpful(review: Review) {
  return useMutation({
    mutationFn: (helped: boolean) => {
      const params = { path: { id: review.id } }
      return helped
        ? ok(api.POST('/reviews/{id}/helpful', { params }))
        : ok(api.DELETE('/reviews/{id}/helpful', { params }))
    },
  })
}

export function isSignedIn(): boolean {
  return session.remembered
}
