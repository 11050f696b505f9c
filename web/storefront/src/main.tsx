// Owns the start: language, cache and router, and taking over from the server's first screen. Each step is a task of its
// own, and React draws the page in slices, so that a slow phone answers its person meanwhile.
import './app.css'
import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { session } from '@rialto/api/client.ts'
import { applyTheme } from '@rialto/ui/theme.ts'
import { ToastProvider } from '@rialto/ui/toast.tsx'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { type ReactNode, StrictMode, startTransition, useLayoutEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { cartQuery } from '#features/cart/api.ts'
import { carryOver } from '#lib/carry-over.ts'
import { readFirstData } from '#lib/first-data.ts'
import { activate, localeOf } from '#lib/locale.ts'
import { prepareForOffline } from '#lib/offline.ts'
import { createQueryClient } from '#lib/query-client.ts'
import { profileQuery } from '#lib/session.ts'
import { createShopRouter, NotFoundPage } from './router.tsx'

const root = document.getElementById('root')
if (!root) throw new Error('The document has no #root.')

applyTheme()
setTimeout(() => start(root))

async function start(root: HTMLElement): Promise<void> {
  const isFirstScreen = root.hasChildNodes()
  const resume = carryOver()
  const locale = localeOf(location.pathname)
  const { status, queries } = readFirstData()
  const queryClient = createQueryClient(queries)
  const router = createShopRouter(queryClient, locale)

  session.listen({
    started: (user) => queryClient.setQueryData(profileQuery.queryKey, user),
    ended: (how) => {
      queryClient.setQueryData(profileQuery.queryKey, null)
      // What an expired session leaves on the screen stays until its person has signed in again over it, or goes.
      queryClient.removeQueries({ queryKey: ['account'], type: how === 'left' ? 'all' : 'inactive' })
      queryClient.invalidateQueries({ queryKey: cartQuery.queryKey })
    },
  })

  // The server's first screen came with its data and stays until the page is whole; without one, the skeleton is due now.
  const shown = isFirstScreen ? [router.load(), status === 404 && NotFoundPage.preload?.()] : []
  await Promise.all([activate(locale), ...shown])

  function takeOver() {
    resume()
    prepareForOffline()
    void import('#lib/vitals.ts').then(({ reportVitals }) => reportVitals())
  }
  const page = (
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <QueryClientProvider client={queryClient}>
          <ToastProvider>
            <Whole onShown={takeOver}>
              <RouterProvider router={router} />
            </Whole>
          </ToastProvider>
        </QueryClientProvider>
      </I18nProvider>
    </StrictMode>
  )
  startTransition(() => createRoot(root).render(page))
}

/** Tells when the page stands in the document for the first time. */
function Whole({ onShown, children }: { onShown: () => void; children: ReactNode }) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is shown for the first time only once.
  useLayoutEffect(onShown, [])
  return children
}
