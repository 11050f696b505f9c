// Owns one order in a list: what it was, where it stands, what it cost, and the ways on.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { Link } from '@tanstack/react-router'
import { RotateCw } from 'lucide-react'
import { Thumb } from '#lib/thumb.tsx'
import type { OrderLine, OrderSummary } from './api.ts'
import type { BuyAgain } from './buy-again.ts'
import { OrderStatusBadge } from './status.tsx'

const THUMBS = 4

export function OrderCard({ order, buyAgain }: { order: OrderSummary; buyAgain?: BuyAgain }) {
  const { t } = useLingui()
  return (
    <article className="relative grid gap-4 rounded-card border border-line bg-card p-5 transition-colors hover:border-edge">
      <header className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="grid">
          <h2 className="text-lg">
            <Link
              to="/account/orders/$id"
              params={{ id: order.id }}
              // The whole card is the link's; what stands above it keeps its own press.
              className="after:absolute after:inset-0 after:rounded-card"
            >
              <Trans>Order {order.number}</Trans>
            </Link>
          </h2>
          <span className="text-sm text-soft">
            <DateTime at={order.created_at} />
          </span>
        </div>
        <OrderStatusBadge order={order} />
      </header>
      <div className="flex items-center gap-4">
        <Thumbs lines={order.lines} />
        <p className="min-w-0 grow">{titles(order.lines)}</p>
        <span className="text-lg font-semibold">
          <Money value={order.totals.total} />
        </span>
      </div>
      {buyAgain && order.status !== 'pending' && (
        <Button
          tone="outline"
          className="relative justify-self-start"
          busy={buyAgain.busyId === order.id}
          aria-label={t`Buy again: order ${order.number}`}
          onClick={() => buyAgain.run(order)}
        >
          <Icon of={RotateCw} size={18} />
          <Trans>Buy again</Trans>
        </Button>
      )}
      {buyAgain?.failedId === order.id && (
        <p role="alert" className="font-medium text-bad">
          {buyAgain.failure}
        </p>
      )}
    </article>
  )
}

function Thumbs({ lines }: { lines: readonly OrderLine[] }) {
  return (
    <div className="flex shrink-0 -space-x-3 rtl:space-x-reverse">
      {lines.slice(0, THUMBS).map(({ sku, image }) => (
        <Thumb key={sku} src={image} size={56} className="ring-2 ring-card" />
      ))}
    </div>
  )
}

function titles(lines: readonly OrderLine[]): string {
  return lines.map(({ quantity, title }) => (quantity > 1 ? `${quantity} × ${title}` : title)).join(', ')
}
