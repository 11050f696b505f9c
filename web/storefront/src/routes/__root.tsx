// Every page: what surrounds it, and the cache its loaders fill.
import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext } from '@tanstack/react-router'
import { ensureMessages } from '#lib/locale.ts'
import { partsOf } from '#lib/page-texts.ts'
import { shopQuery } from '#lib/shop.ts'
import { Shell } from '#shell/shell.tsx'

export const Route = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  beforeLoad: ({ location }) => ensureMessages(...partsOf(location.pathname)),
  loader: ({ context: { queryClient } }) => queryClient.prefetchQuery(shopQuery),
  component: Shell,
})
