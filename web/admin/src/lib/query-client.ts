// Owns the query cache: staff see what is, so answers age fast and lists refresh when the window is looked at again.
import { ProblemError } from '@rialto/api/problem.ts'
import { QueryClient } from '@tanstack/react-query'

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) => failures < 2 && error instanceof ProblemError && error.transient,
        retryDelay: (failures) => 300 * 2 ** failures,
      },
    },
  })
}
