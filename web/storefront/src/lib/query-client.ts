// Owns the query cache: how long answers are fresh, what is tried again, and the data that came with the document.
import { ProblemError } from '@rialto/api/problem.ts'
import { QueryClient } from '@tanstack/react-query'
import type { FirstData } from './first-data.ts'

export const STALE = {
  /** Browsing: what a shopper sees may be this old. */
  browsing: 60_000,
  /** Things that change a few times a day. */
  structure: 10 * 60_000,
  /** Money and stock on the way to paying. */
  live: 0,
} as const

export function createQueryClient(known: FirstData['queries']): QueryClient {
  const queryClient = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: STALE.browsing,
        retry: (failures, error) => failures < 2 && error instanceof ProblemError && error.transient,
        retryDelay: (failures) => 300 * 2 ** failures,
      },
    },
  })
  for (const { key, data } of known) queryClient.setQueryData(key, data)
  return queryClient
}
