// Owns the sums of a cart or an order, in the order in which they add up.
import { Trans } from '@lingui/react/macro'
import type { components } from '@rialto/api/schema.d.ts'
import { Money } from '@rialto/ui/money.tsx'
import type { ReactNode } from 'react'

interface TotalsListProps {
  totals: components['schemas']['Totals']
  coupon?: string | null | undefined
  /** In place of the cost of delivery while that is not known. */
  delivery?: ReactNode
  /** Greyed while the shop still adds up. */
  busy?: boolean
}

export function TotalsList({ totals, coupon, delivery, busy = false }: TotalsListProps) {
  const { discount, shipping, subtotal, tax, tax_included, total } = totals
  return (
    <dl className={`grid gap-2.5 transition-opacity ${busy ? 'opacity-50' : ''}`} aria-busy={busy}>
      <Row label={<Trans>Subtotal</Trans>}>
        <Money value={subtotal} />
      </Row>
      {discount.amount > 0 && (
        <Row label={coupon ? <Trans>Discount ({coupon})</Trans> : <Trans>Discount</Trans>}>
          <Money value={{ ...discount, amount: -discount.amount }} />
        </Row>
      )}
      <Row label={<Trans>Delivery</Trans>}>{delivery ?? <Price amount={shipping} />}</Row>
      {!tax_included && tax.amount > 0 && (
        <Row label={<Trans>Tax</Trans>}>
          <Money value={tax} />
        </Row>
      )}
      <div className="mt-1.5 flex items-baseline justify-between gap-4 border-line border-t pt-4">
        <dt className="text-lg font-semibold">
          <Trans>Total</Trans>
        </dt>
        <dd className="text-end">
          <Money value={total} className="text-xl font-semibold" />
          {tax_included && tax.amount > 0 && (
            <span className="block text-sm text-soft">
              <Trans>
                including <Money value={tax} /> tax
              </Trans>
            </span>
          )}
        </dd>
      </div>
    </dl>
  )
}

function Price({ amount }: { amount: components['schemas']['Money'] }) {
  return amount.amount === 0 ? <Trans>Free</Trans> : <Money value={amount} />
}

function Row({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <div className="flex justify-between gap-4">
      <dt className="text-soft">{label}</dt>
      <dd className="text-end">{children}</dd>
    </div>
  )
}
