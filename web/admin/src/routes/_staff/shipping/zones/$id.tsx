// One zone.
import { createFileRoute } from '@tanstack/react-router'
import { zoneQuery } from '#features/shipping/api.ts'
import { ZonePage } from '#features/shipping/zone-page.tsx'
import { found } from '#lib/found.ts'

export const Route = createFileRoute('/_staff/shipping/zones/$id')({
  loader: ({ context: { queryClient }, params: { id } }) => found(queryClient.ensureQueryData(zoneQuery(id))),
  component: ZoneRoute,
})

function ZoneRoute() {
  return <ZonePage id={Route.useParams().id} />
}
