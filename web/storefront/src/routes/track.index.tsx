// Finding an order by number and e-mail. `?number=` is filled in, `&lost=true` says that a link did not lead to one.
import { createFileRoute } from '@tanstack/react-router'
import { LookupPage } from '#features/orders/lookup-page.tsx'
import { text } from '#lib/search-params.ts'

export const Route = createFileRoute('/track/')({
  validateSearch: (search: Record<string, unknown>): { number?: string; lost?: true } => ({
    number: text(search['number']),
    lost: text(search['lost']) === 'true' ? true : undefined,
  }),
  component: LookupRoute,
})

function LookupRoute() {
  const { number, lost } = Route.useSearch()
  return <LookupPage number={number} isLost={lost === true} />
}
