// Owns the currency the shop sells in.
import { api, ok } from '@rialto/api/client.ts'
import { queryOptions } from '@tanstack/react-query'

export const shopCurrencyQuery = queryOptions({
  queryKey: ['shop', 'currency'],
  queryFn: async ({ signal }) => (await ok(api.GET('/shop', { signal }))).currency,
  staleTime: Number.POSITIVE_INFINITY,
})
