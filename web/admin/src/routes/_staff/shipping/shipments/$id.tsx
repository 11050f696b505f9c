// One shipment.
import { createFileRoute } from '@tanstack/react-router'
import { shipmentQuery } from '#features/shipments/api.ts'
import { ShipmentPage } from '#features/shipments/shipment-page.tsx'
import { found } from '#lib/found.ts'

export const Route = createFileRoute('/_staff/shipping/shipments/$id')({
  loader: ({ context: { queryClient }, params: { id } }) => found(queryClient.ensureQueryData(shipmentQuery(id))),
  component: ShipmentRoute,
})

function ShipmentRoute() {
  return <ShipmentPage id={Route.useParams().id} />
}
