// Owns an order in the list on phones.
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { Link } from '@tanstack/react-router'
import type { Order } from './api.ts'
import { FulfillmentBadge, PaymentBadge } from './status-badges.tsx'

export function OrderCard({ order }: { order: Order }) {
  return (
    <div className="grid grid-cols-1 gap-2">
      <div className="flex items-baseline justify-between gap-3">
        <Link
          to="/orders/$id"
          params={{ id: order.id }}
          // The whole card leads there.
          className="font-semibold after:absolute after:inset-0"
        >
          {order.number}
        </Link>
        <Money value={order.totals.total} className="font-medium" />
      </div>
      <p className="flex justify-between gap-3 text-sm text-soft">
        <span className="min-w-0 truncate">{order.email}</span>
        <span className="shrink-0">
          <RelativeTime at={order.created_at} />
        </span>
      </p>
      <p className="flex flex-wrap gap-1.5">
        <PaymentBadge status={order.payment_status} />
        <FulfillmentBadge status={order.fulfillment_status} />
      </p>
    </div>
  )
}
