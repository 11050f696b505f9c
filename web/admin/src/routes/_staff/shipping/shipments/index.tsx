// The list of shipments; its filters are the URL's.
import { createFileRoute } from '@tanstack/react-router'
import { type ShipmentFilter, STATUSES, shipmentsQuery } from '#features/shipments/api.ts'
import { ShipmentsPage } from '#features/shipments/shipments-page.tsx'
import { oneOf, text } from '#lib/search-params.ts'

export const Route = createFileRoute('/_staff/shipping/shipments/')({
  validateSearch: (search: Record<string, unknown>): ShipmentFilter => ({
    status: oneOf(STATUSES, search['status']),
    tracking_number: text(search['tracking_number']),
    order_id: text(search['order_id']),
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps }) => queryClient.prefetchInfiniteQuery(shipmentsQuery(deps)),
  component: ShipmentsRoute,
})

function ShipmentsRoute() {
  return <ShipmentsPage filter={Route.useSearch()} />
}
