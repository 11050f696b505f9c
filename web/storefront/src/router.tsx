// Owns the router: its paths are those in English, its context is the query cache.
import type { QueryClient } from '@tanstack/react-query'
import { createRouter } from '@tanstack/react-router'
import { lazyPart } from '#lib/lazy-part.ts'
import { hrefIn, type Locale, pathIn } from '#lib/locale.ts'
import { parseSearch, stringifySearch } from '#lib/search-params.ts'
import { PageError } from '#shell/page-error.tsx'
import { PagePending } from '#shell/page-pending.tsx'
import { routeTree } from './routeTree.gen.ts'

/** It may come in the place of any page. */
export const NotFoundPage = lazyPart(() => import('#shell/not-found-page.tsx'), 'NotFoundPage')

export function createShopRouter(queryClient: QueryClient, locale: Locale) {
  return createRouter({
    routeTree,
    // Not its `basepath`, which writes `/de/` where the shop writes `/de`.
    rewrite: {
      input: ({ url }) => {
        url.pathname = pathIn(locale, url.pathname)
        return url
      },
      output: ({ url }) => {
        url.pathname = hrefIn(locale, url.pathname)
        return url
      },
    },
    context: { queryClient },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    // The query cache alone decides how fresh an answer is.
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 150,
    scrollRestoration: true,
    defaultErrorComponent: PageError,
    defaultNotFoundComponent: NotFoundPage,
    defaultPendingComponent: PagePending,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createShopRouter>
  }
}
