// The page that tries the zones; the question is the URL's.
import { createFileRoute } from '@tanstack/react-router'
import { TryPage } from '#features/shipping/try-page.tsx'
import type { TrySearch } from '#features/shipping/try-search.ts'
import { text } from '#lib/search-params.ts'

export const Route = createFileRoute('/_staff/shipping/try')({
  validateSearch: (search: Record<string, unknown>): TrySearch => ({
    country: text(search['country']),
    region: text(search['region']),
    postal_code: text(search['postal_code']),
    items: text(search['items']),
  }),
  component: TryRoute,
})

function TryRoute() {
  return <TryPage search={Route.useSearch()} />
}
