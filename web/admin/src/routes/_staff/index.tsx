// The dashboard; its period is the URL's. Whoever may not see sales is led to the first place they may see.
import { createFileRoute } from '@tanstack/react-router'
import { type Period, salesQuery, todoQuery } from '#features/dashboard/api.ts'
import { DashboardPage } from '#features/dashboard/dashboard-page.tsx'
import { intervalOf, isDay, periodOf } from '#features/dashboard/period.ts'
import { text } from '#lib/search-params.ts'
import { WelcomePage } from '#shell/welcome-page.tsx'

export const Route = createFileRoute('/_staff/')({
  validateSearch: (search: Record<string, unknown>): Partial<Period> => {
    const [from, to] = [text(search['from']), text(search['to'])]
    return isDay(from) && isDay(to) && from <= to ? { from, to } : {}
  },
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps }) => {
    const period = { ...periodOf('30d'), ...deps }
    // Not awaited: the page stands at once, and what waits for a person does not wait for the charts.
    queryClient.prefetchQuery(salesQuery(period, intervalOf(period)))
    queryClient.prefetchQuery(todoQuery)
  },
  component: DashboardRoute,
})

function DashboardRoute() {
  const search = Route.useSearch()
  return (
    <WelcomePage needs="orders:read">
      <DashboardPage period={{ ...periodOf('30d'), ...search }} />
    </WelcomePage>
  )
}
