// Owns the goods of an order: what was bought, and where each piece is.
import { Plural, useLingui } from '@lingui/react/macro'
import { Badge, type BadgeTone } from '@rialto/ui/badge.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { Money } from '@rialto/ui/money.tsx'
import type { ReactNode } from 'react'
import type { OrderDetail, OrderLine } from './api.ts'

export function OrderLines({ order }: { order: OrderDetail }) {
  const { t } = useLingui()
  return (
    <Card title={t`Items`}>
      <ul className="grid grid-cols-1">
        {order.lines.map((line) => (
          <li
            key={line.sku}
            className="grid grid-cols-[3.5rem_minmax(0,1fr)_auto] gap-x-4 border-line border-b py-4 first:pt-0 last:border-0 last:pb-0"
          >
            <LinePicture line={line} />
            <div className="grid content-start gap-1.5">
              <p>
                <a
                  href={`/p/${line.slug}?variant=${encodeURIComponent(line.sku)}`}
                  className="font-medium hover:underline"
                >
                  {line.title}
                </a>
                {line.variant_title && <span> · {line.variant_title}</span>}
                <span className="block text-sm text-soft">{line.sku}</span>
              </p>
              <Pieces line={line} isCancelled={order.status === 'cancelled'} />
            </div>
            <div className="grid content-start justify-items-end">
              <Money value={line.total} className="font-medium" />
              <span className="text-sm text-soft tabular-nums">
                {line.quantity} × <Money value={line.unit_price} />
              </span>
              {line.discount.amount > 0 && (
                <span className="text-sm text-soft">
                  −<Money value={line.discount} />
                </span>
              )}
            </div>
          </li>
        ))}
      </ul>
    </Card>
  )
}

export function LinePicture({ line, size = 56 }: { line: OrderLine; size?: number }) {
  return line.image ? (
    <img
      src={line.image}
      alt=""
      width={size}
      height={size}
      loading="lazy"
      className="aspect-square rounded-control bg-sunken object-cover"
    />
  ) : (
    <span className="aspect-square rounded-control bg-sunken" />
  )
}

/** Each piece is counted once, at the last place it reached. */
function Pieces({ line, isCancelled }: { line: OrderLine; isCancelled: boolean }) {
  const underWay = line.shipped_quantity - line.delivered_quantity
  const waiting = line.quantity - line.shipped_quantity
  const kept = line.delivered_quantity - line.returned_quantity
  const parts: [count: number, tone: BadgeTone, words: ReactNode][] = [
    [isCancelled ? waiting : 0, 'neutral', <Plural key="c" value={waiting} one="# cancelled" other="# cancelled" />],
    [isCancelled ? 0 : waiting, 'accent', <Plural key="w" value={waiting} one="# to send" other="# to send" />],
    [underWay, 'warn', <Plural key="u" value={underWay} one="# under way" other="# under way" />],
    [kept, 'good', <Plural key="k" value={kept} one="# delivered" other="# delivered" />],
    [
      line.returned_quantity,
      'neutral',
      <Plural key="r" value={line.returned_quantity} one="# came back" other="# came back" />,
    ],
  ]
  return (
    <p className="flex flex-wrap gap-1.5">
      {parts
        .filter(([count]) => count > 0)
        .map(([, tone, words], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts have a fixed order.
          <Badge key={index} tone={tone}>
            {words}
          </Badge>
        ))}
    </p>
  )
}
