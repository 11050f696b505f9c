// Owns the words for where an order, its money and its returns stand.
import { useLingui } from '@lingui/react/macro'
import type { components } from '@rialto/api/schema.d.ts'
import { Badge, type BadgeTone } from '@rialto/ui/badge.tsx'
import type { Return } from './api.ts'

type Standing = Pick<components['schemas']['OrderSummary'], 'status' | 'payment_status' | 'fulfillment_status'>

/** One word for the whole order: what its buyer wants to know first. */
export function OrderStatusBadge({ order }: { order: Standing }) {
  const [tone, words] = useOrderWords()(order)
  return <Badge tone={tone}>{words}</Badge>
}

export function useOrderWords(): (order: Standing) => [BadgeTone, string] {
  const { t } = useLingui()
  return ({ status, payment_status, fulfillment_status }) => {
    if (payment_status === 'refunded') return ['neutral', t`Refunded`]
    if (fulfillment_status === 'returned') return ['neutral', t`Returned`]
    if (status === 'cancelled') return ['neutral', t`Cancelled`]
    if (status === 'pending') return ['warn', t`Waiting for payment`]
    if (fulfillment_status === 'partially_returned') return ['neutral', t`Partly returned`]
    if (status === 'delivered') return ['good', t`Delivered`]
    if (fulfillment_status === 'partially_shipped') return ['accent', t`Partly shipped`]
    if (status === 'shipped') return ['accent', t`Shipped`]
    return ['accent', t`Being packed`]
  }
}

export function ReturnStatusBadge({ status }: { status: Return['status'] }) {
  const [tone, words] = useReturnWords()(status)
  return <Badge tone={tone}>{words}</Badge>
}

export function useReturnWords(): (status: Return['status']) => [BadgeTone, string] {
  const { t } = useLingui()
  return (status) => {
    const words: Record<Return['status'], [BadgeTone, string]> = {
      requested: ['accent', t`Requested`],
      approved: ['accent', t`Approved: please send it back`],
      declined: ['bad', t`Declined`],
      label_sent: ['accent', t`Label sent`],
      in_transit: ['accent', t`On its way to us`],
      received: ['accent', t`Arrived with us`],
      inspected: ['accent', t`Checked, refund follows`],
      refunded: ['good', t`Refunded`],
      rejected: ['bad', t`Rejected`],
      closed: ['neutral', t`Closed`],
      cancelled: ['neutral', t`Withdrawn`],
    }
    return words[status]
  }
}
