// Owns the money of an order: what it cost, and, where some went back, the arithmetic of that.
import { Trans } from '@lingui/react/macro'
import { Money } from '@rialto/ui/money.tsx'
import { TotalsList } from '#lib/totals-list.tsx'
import type { Order } from './api.ts'

export function OrderMoney({ order }: { order: Order }) {
  const { captured, refunded, totals } = order
  const isPaid = captured.amount > 0
  return (
    <div className="grid gap-4">
      <TotalsList totals={totals} coupon={order.coupon} />
      {isPaid && (refunded.amount > 0 || captured.amount !== totals.total.amount) && (
        <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-2 border-line border-t pt-4">
          <dt className="text-soft">
            <Trans>Paid</Trans>
          </dt>
          <dd className="text-end">
            <Money value={captured} />
          </dd>
          <dt className="text-soft">
            <Trans>Refunded</Trans>
          </dt>
          <dd className="text-end">
            <Money value={{ ...refunded, amount: -refunded.amount }} />
          </dd>
          <dt className="font-semibold">
            <Trans>Remains</Trans>
          </dt>
          <dd className="text-end font-semibold">
            <Money value={{ ...captured, amount: captured.amount - refunded.amount }} />
          </dd>
        </dl>
      )}
    </div>
  )
}
