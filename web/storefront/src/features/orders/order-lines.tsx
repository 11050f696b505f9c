// Owns the lines of an order, with what became of their pieces.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Money } from '@rialto/ui/money.tsx'
import { Link } from '@tanstack/react-router'
import { Thumb } from '#lib/thumb.tsx'
import type { OrderLine } from './api.ts'

export function OrderLines({ lines }: { lines: readonly OrderLine[] }) {
  return (
    <ul className="grid gap-5">
      {lines.map((line) => (
        <li key={line.sku} className="flex gap-4">
          <Thumb src={line.image} />
          <div className="grid min-w-0 grow content-start gap-0.5">
            <Link
              to="/p/$slug"
              params={{ slug: line.slug }}
              search={{ variant: line.sku }}
              className="font-medium hover:underline hover:underline-offset-4"
            >
              {line.title}
            </Link>
            <span className="text-sm text-soft">{line.variant_title}</span>
            <span className="text-sm">
              <Trans>
                {line.quantity} × <Money value={line.unit_price} />
              </Trans>
            </span>
            <Fate line={line} />
          </div>
          <Money value={line.subtotal} />
        </li>
      ))}
    </ul>
  )
}

/** Only what differs from the whole order is worth a word. */
function Fate({ line }: { line: OrderLine }) {
  const { t } = useLingui()
  const parts: string[] = []
  if (line.shipped_quantity > 0 && line.shipped_quantity < line.quantity) {
    parts.push(t`${line.shipped_quantity} of ${line.quantity} shipped`)
  }
  if (line.returned_quantity > 0) {
    parts.push(t`${plural(line.returned_quantity, { one: '# returned', other: '# returned' })}`)
  }
  if (parts.length === 0) return null
  return <span className="text-sm font-medium">{parts.join(', ')}</span>
}
