// Owns one parcel of an order: what is in it, where it is, and what can be done with it now.
import { Trans, useLingui } from '@lingui/react/macro'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { ErrorState, useExplain } from '@rialto/ui/error-state.tsx'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { ActionButton } from '#lib/action-button.tsx'
import { CopyId } from '#lib/copy-id.tsx'
import { useBlocked } from '#lib/use-blocked.ts'
import { StateBadge } from '#lib/words.tsx'
import type { OrderDetail } from './api.ts'
import { SHIPMENT_WORDS } from './order-words.ts'
import { ParcelMoves } from './parcel-moves.tsx'
import { printLabel } from './print-label.ts'
import { type Shipment, useCancelShipment } from './shipment-api.ts'

interface ShipmentEntryProps {
  shipment: Shipment
  order: OrderDetail
  onFulfil: () => void
}

export function ShipmentEntry({ shipment, order, onFulfil }: ShipmentEntryProps) {
  const { t } = useLingui()
  const blocked = useBlocked()
  const cancel = useCancelShipment()
  const print = useMutation({ mutationFn: () => printLabel(shipment.id, shipment.tracking_number ?? shipment.id) })
  const explain = useExplain()
  const [isAsking, setAsking] = useState(false)
  const noRight = blocked('shipping:write')
  const unpaid = order.status === 'pending' ? t`Nothing is sent before it is paid.` : undefined
  const { allowed, tracking_number: tracking, tracking_url: url, estimate } = shipment
  return (
    <li className="grid gap-2 rounded-control border border-line p-4">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StateBadge words={SHIPMENT_WORDS} state={shipment.status} />
        <span className="text-soft">
          {shipment.carrier} {shipment.service}
        </span>
        {tracking && (
          <span className="ms-auto flex items-center gap-2">
            <CopyId value={tracking} />
            {url && (
              <a href={url} target="_blank" rel="noreferrer" className="text-sm underline underline-offset-4">
                <Trans>Follow it</Trans>
              </a>
            )}
          </span>
        )}
      </div>
      <ul>
        {shipment.items.map(({ sku, title, quantity }) => (
          <li key={sku}>
            {quantity} × {title} <span className="text-sm text-soft">{sku}</span>
          </li>
        ))}
      </ul>
      <p className="text-sm text-soft">
        {shipment.delivered_at ? (
          <Trans>
            Arrived <DateTime at={shipment.delivered_at} options={{ dateStyle: 'medium', timeStyle: 'short' }} />
          </Trans>
        ) : (
          estimate && (
            <Trans>
              Should arrive <DateTime at={estimate.earliest} options={{ dateStyle: 'medium' }} /> –{' '}
              <DateTime at={estimate.latest} options={{ dateStyle: 'medium' }} />
            </Trans>
          )
        )}
      </p>
      <div className="flex flex-wrap gap-2">
        {allowed.includes('ship') && (
          <ActionButton size="small" blocked={noRight ?? unpaid} onClick={onFulfil}>
            <Trans>Send it</Trans>
          </ActionButton>
        )}
        {tracking && (
          <ActionButton tone="outline" size="small" busy={print.isPending} onClick={() => print.mutate()}>
            <Trans>Label</Trans>
          </ActionButton>
        )}
        {allowed.includes('cancel') && !isAsking && (
          <ActionButton tone="quiet" size="small" blocked={noRight} onClick={() => setAsking(true)}>
            <Trans>Call it off</Trans>
          </ActionButton>
        )}
        {isAsking && (
          <ActionButton
            tone="danger"
            size="small"
            busy={cancel.isPending}
            onClick={() => cancel.mutate(shipment.id, { onSettled: () => setAsking(false) })}
          >
            <Trans>Yes, call this parcel off; its goods can go into another</Trans>
          </ActionButton>
        )}
        {shipment.carrier === 'sandbox' && tracking && <ParcelMoves shipment={shipment} blocked={noRight} />}
      </div>
      {cancel.error && <ErrorState error={cancel.error} title={t`The parcel could not be called off`} />}
      {print.error && (
        <p role="alert" className="text-sm text-bad">
          {explain(print.error)}
        </p>
      )}
    </li>
  )
}
