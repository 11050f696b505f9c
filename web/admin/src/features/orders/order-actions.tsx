// Owns what can be done with an order now, and the dialogs that do it. Only legal steps are offered.
import { Trans, useLingui } from '@lingui/react/macro'
import { ButtonLink } from '@rialto/ui/button.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Printer } from 'lucide-react'
import { ActionButton } from '#lib/action-button.tsx'
import { usePageActions } from '#lib/page-actions.ts'
import { useMay } from '#lib/session.ts'
import { useBlocked } from '#lib/use-blocked.ts'
import type { OrderDetail } from './api.ts'
import { canCancel } from './legal.ts'
import type { PaymentDetail } from './payment-api.ts'
import type { Shipment } from './shipment-api.ts'

/** What a dialog began with stays its own, whatever the page learns meanwhile. */
export type OpenDialog = 'cancel' | { fulfil: Shipment } | { refund: readonly PaymentDetail[] }

interface OrderActionsProps {
  order: OrderDetail
  /** Parcels that can be sent now. */
  waiting: readonly Shipment[]
  /** Payments from which money can go back. */
  refundable: readonly PaymentDetail[]
  onOpen: (dialog: OpenDialog) => void
}

export function OrderActions({ order, waiting, refundable, onOpen }: OrderActionsProps) {
  const { t } = useLingui()
  const blocked = useBlocked()
  const may = useMay()
  const [first] = waiting
  const mayRefund = refundable.length > 0
  const mayCancel = canCancel(order)

  usePageActions([
    ...(first && may('shipping:write')
      ? [{ label: t`Fulfil ${order.number}`, run: () => onOpen({ fulfil: first }) }]
      : []),
    ...(mayRefund && may('payments:refund')
      ? [{ label: t`Refund ${order.number}`, run: () => onOpen({ refund: refundable }) }]
      : []),
    ...(mayCancel && may('orders:write') ? [{ label: t`Cancel ${order.number}`, run: () => onOpen('cancel') }] : []),
  ])

  return (
    <div className="flex flex-wrap items-center gap-2">
      <ButtonLink tone="quiet" size="small" to="/orders/slips" search={{ ids: order.id }}>
        <Icon of={Printer} size={16} /> <Trans>Packing slip</Trans>
      </ButtonLink>
      {mayCancel && (
        <ActionButton tone="outline" size="small" blocked={blocked('orders:write')} onClick={() => onOpen('cancel')}>
          <Trans>Cancel</Trans>
        </ActionButton>
      )}
      {mayRefund && (
        <ActionButton
          tone="outline"
          size="small"
          blocked={blocked('payments:refund')}
          onClick={() => onOpen({ refund: refundable })}
        >
          <Trans>Refund</Trans>
        </ActionButton>
      )}
      {first && (
        <ActionButton size="small" blocked={blocked('shipping:write')} onClick={() => onOpen({ fulfil: first })}>
          <Trans>Fulfil</Trans>
        </ActionButton>
      )}
    </div>
  )
}
