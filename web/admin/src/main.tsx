// Owns the start: language and router are ready before anything is drawn.
import './app.css'
import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { session } from '@rialto/api/client.ts'
import { applyTheme } from '@rialto/ui/theme.ts'
import { ToastProvider } from '@rialto/ui/toast.tsx'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { activate, preferredLocale } from '#lib/locale.ts'
import { createQueryClient } from '#lib/query-client.ts'
import { profileQuery } from '#lib/session.ts'
import { createAdminRouter } from './router.tsx'

const root = document.getElementById('root')
if (!root) throw new Error('The document has no #root.')

applyTheme()
const queryClient = createQueryClient()
const router = createAdminRouter(queryClient)

session.listen({ started: (user) => queryClient.setQueryData(profileQuery.queryKey, user) })

Promise.all([activate(preferredLocale()), router.load()]).then(() => {
  createRoot(root).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <QueryClientProvider client={queryClient}>
          <ToastProvider>
            <RouterProvider router={router} />
          </ToastProvider>
        </QueryClientProvider>
      </I18nProvider>
    </StrictMode>,
  )
})
