// Owns the returns of an order, and where each stands.
import { Trans } from '@lingui/react/macro'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { Money } from '@rialto/ui/money.tsx'
import type { Order, Return } from './api.ts'
import { ReturnStatusBadge } from './status.tsx'

export function ReturnList({ returns, order }: { returns: readonly Return[]; order: Pick<Order, 'lines'> }) {
  const title = (sku: string) => order.lines.find((line) => line.sku === sku)?.title ?? sku
  return (
    <ul className="grid gap-5">
      {returns.map((made) => (
        <li key={made.id} className="grid gap-1 not-first:border-line not-first:border-t not-first:pt-5">
          <div className="flex flex-wrap items-center justify-between gap-3">
            <span className="font-medium">
              {made.lines.map(({ sku, quantity }) => `${quantity} × ${title(sku)}`).join(', ')}
            </span>
            <ReturnStatusBadge status={made.status} />
          </div>
          <span className="text-sm text-soft">
            <Trans>
              Requested <DateTime at={made.created_at} options={{ dateStyle: 'medium', timeStyle: 'short' }} />
            </Trans>
          </span>
          {made.reason && <span className="text-sm">{made.reason}</span>}
          <Refund made={made} />
        </li>
      ))}
    </ul>
  )
}

function Refund({ made }: { made: Return }) {
  if (made.refunded.amount > 0) {
    return (
      <span className="text-sm font-medium">
        <Trans>
          <Money value={made.refunded} /> went back to you
        </Trans>
      </span>
    )
  }
  if (!made.refund) return null
  return (
    <span className="text-sm font-medium">
      <Trans>
        <Money value={made.refund.amount} /> will go back to you
      </Trans>
    </span>
  )
}
