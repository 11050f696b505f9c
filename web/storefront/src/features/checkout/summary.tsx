// Owns what is bought and what it costs, beside every section; on phones a bar that opens.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import type { components } from '@rialto/api/schema.d.ts'
import { Icon } from '@rialto/ui/icon.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { ChevronDown } from 'lucide-react'
import { Thumb } from '#lib/thumb.tsx'
import { TotalsList } from '#lib/totals-list.tsx'
import { TotalChange } from './total-change.tsx'

/** Of a cart, or of the order it has become. */
export interface Bill {
  lines: ReadonlyArray<{
    sku: string
    title: string
    variant_title: string
    quantity: number
    image?: string | null
    subtotal?: components['schemas']['Money'] | null
  }>
  totals: components['schemas']['Totals']
  coupon?: string | null | undefined
  /** Whether the cost of delivery is known. */
  hasDelivery: boolean
}

export function SummaryBar({ bill }: { bill: Bill }) {
  const { t } = useLingui()
  const count = bill.lines.reduce((sum, { quantity }) => sum + quantity, 0)
  return (
    <div className="lg:hidden">
      <details className="group rounded-card border border-line bg-card">
        <summary className="flex min-h-13 items-center gap-2 px-4">
          <Icon of={ChevronDown} size={18} className="transition-transform group-open:rotate-180" />
          <span className="grow">{t`${plural(count, { one: '# item', other: '# items' })}`}</span>
          <Money value={bill.totals.total} className="text-lg font-semibold" />
        </summary>
        <div className="border-line border-t p-4">
          <Contents bill={bill} />
        </div>
      </details>
      {/* Seen also while the bar is closed. */}
      <TotalChange totals={bill.totals} />
    </div>
  )
}

export function SummaryColumn({ bill }: { bill: Bill }) {
  return (
    <section
      aria-labelledby="checkout-summary"
      className="sticky top-6 hidden rounded-card border border-line bg-card p-6 lg:block"
    >
      <h2 id="checkout-summary" className="mb-5 text-lg">
        <Trans>Your order</Trans>
      </h2>
      <Contents bill={bill} />
      <TotalChange totals={bill.totals} />
    </section>
  )
}

function Contents({ bill }: { bill: Bill }) {
  return (
    <div className="grid gap-5">
      <ul className="grid gap-4">
        {bill.lines.map((line) => (
          <li key={line.sku} className="flex items-center gap-4">
            <span className="relative">
              <Thumb src={line.image} size={64} />
              <span className="absolute -end-2 -top-2 grid h-6 min-w-6 place-items-center rounded-full bg-ink px-1.5 text-xs font-semibold text-on-ink">
                <span className="sr-only">
                  <Trans>Quantity:</Trans>{' '}
                </span>
                {line.quantity}
              </span>
            </span>
            <span className="min-w-0 grow">
              <span className="block font-medium">{line.title}</span>
              <span className="block text-sm text-soft">{line.variant_title}</span>
            </span>
            {line.subtotal && <Money value={line.subtotal} />}
          </li>
        ))}
      </ul>
      <div className="border-line border-t pt-5">
        <TotalsList
          totals={bill.totals}
          coupon={bill.coupon}
          delivery={
            bill.hasDelivery ? undefined : (
              <span className="text-soft">
                <Trans>depends on the address</Trans>
              </span>
            )
          }
        />
      </div>
    </div>
  )
}
