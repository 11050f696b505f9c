// The list of zones.
import { createFileRoute } from '@tanstack/react-router'
import { coverageQuery, zonesQuery } from '#features/shipping/api.ts'
import { ZonesPage } from '#features/shipping/zones-page.tsx'

export const Route = createFileRoute('/_staff/shipping/zones/')({
  loader: ({ context: { queryClient } }) =>
    Promise.all([queryClient.ensureQueryData(zonesQuery), queryClient.ensureQueryData(coverageQuery)]),
  component: ZonesPage,
})
