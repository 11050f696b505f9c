// Owns what the shop suggests while somebody types.
import { api, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { STALE } from '#lib/query-client.ts'

export type Suggestions = components['schemas']['Suggestions']

/** Shorter texts say too little. */
const CHARS_MIN = 2

export const suggestQuery = (q: string) =>
  queryOptions({
    queryKey: ['suggest', q],
    queryFn: ({ signal }) => ok(api.GET('/products/suggest', { params: { query: { q, limit: 5 } }, signal })),
    enabled: q.length >= CHARS_MIN,
    placeholderData: keepPreviousData,
    staleTime: STALE.browsing,
    // The next letter asks again.
    retry: false,
  })
