// The services and their events; the filters are the URL's.
import { createFileRoute } from '@tanstack/react-router'
import { type EventFilter, flowsQuery, SERVICES } from '#features/events/api.ts'
import { EventsPage } from '#features/events/events-page.tsx'
import { oneOf } from '#lib/search-params.ts'

export const Route = createFileRoute('/_staff/settings/events')({
  validateSearch: (search: Record<string, unknown>): EventFilter => ({
    service: oneOf(SERVICES, search['service']),
    skipped: search['skipped'] === true ? true : undefined,
  }),
  loader: ({ context: { queryClient } }) => queryClient.prefetchQuery(flowsQuery),
  component: EventsRoute,
})

function EventsRoute() {
  return <EventsPage filter={Route.useSearch()} />
}
