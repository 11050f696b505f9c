// Owns the parcels of an order: what is to be sent, what is under way, with tracking, labels and the next steps.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useQuery } from '@tanstack/react-query'
import { ActionButton } from '#lib/action-button.tsx'
import { useMay } from '#lib/session.ts'
import { useBlocked } from '#lib/use-blocked.ts'
import type { OrderDetail } from './api.ts'
import { unassigned } from './legal.ts'
import { type Shipment, shipmentsQuery, useCreateShipment } from './shipment-api.ts'
import { ShipmentEntry } from './shipment-entry.tsx'

interface ShipmentsCardProps {
  order: OrderDetail
  onFulfil: (shipment: Shipment) => void
}

export function ShipmentsCard({ order, onFulfil }: ShipmentsCardProps) {
  const { t } = useLingui()
  const may = useMay()
  const blocked = useBlocked()
  const mayRead = may('shipping:read')
  const shipments = useQuery({ ...shipmentsQuery(order.id), enabled: mayRead })
  const create = useCreateShipment(order.id)
  if (!mayRead) return null
  const items = shipments.data?.items ?? []
  const left = shipments.data ? unassigned(order, items) : 0
  return (
    <Card title={t`Parcels`}>
      {shipments.error && (
        <ErrorState
          error={shipments.error}
          title={t`The parcels could not be loaded`}
          retry={() => shipments.refetch()}
        />
      )}
      {shipments.isPending && (
        <Loading>
          <Skeleton className="h-24" />
        </Loading>
      )}
      {shipments.data && items.length === 0 && (
        <p className="text-soft">
          {order.status === 'pending' ? (
            <Trans>Parcels are prepared as soon as the order is paid.</Trans>
          ) : (
            <Trans>There is nothing to send.</Trans>
          )}
        </p>
      )}
      <ul className="grid gap-4">
        {items.map((shipment) => (
          <ShipmentEntry key={shipment.id} shipment={shipment} order={order} onFulfil={() => onFulfil(shipment)} />
        ))}
      </ul>
      {left > 0 && (
        <div className="mt-4 flex flex-wrap items-center justify-between gap-3 border-line border-t pt-4">
          <p>
            <Plural value={left} one="# piece is in no parcel." other="# pieces are in no parcel." />
          </p>
          <ActionButton
            tone="outline"
            size="small"
            blocked={blocked('shipping:write')}
            busy={create.isPending}
            onClick={() => create.mutate()}
          >
            <Trans>Prepare a parcel</Trans>
          </ActionButton>
          {create.error && (
            <div className="basis-full">
              <ErrorState error={create.error} title={t`The parcel could not be prepared`} />
            </div>
          )}
        </div>
      )}
    </Card>
  )
}
