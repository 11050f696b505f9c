// Owns the money of an order: a table that adds up, from the goods to what is still due or was given back.
import { Trans, useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import type { MoneyValue } from '@rialto/ui/currency.ts'
import { Money } from '@rialto/ui/money.tsx'
import type { ReactNode } from 'react'
import type { OrderDetail } from './api.ts'
import { Explanation } from './explanation.tsx'

export function OrderSums({ order }: { order: OrderDetail }) {
  const { t } = useLingui()
  const { totals, captured, refunded } = order
  const currency = totals.total.currency
  const due = order.status === 'cancelled' ? 0 : Math.max(0, totals.total.amount - captured.amount)
  const { carrier, service } = order.shipping_option
  return (
    <Card title={t`Money`}>
      <table className="w-full">
        <caption className="sr-only">
          <Trans>What the order comes to, and what was paid</Trans>
        </caption>
        <tbody>
          <Row label={t`Subtotal`} value={totals.subtotal} />
          {totals.discount.amount > 0 && (
            <Row label={order.coupon ? t`Discount (${order.coupon})` : t`Discount`} value={totals.discount} sign="−" />
          )}
          <Row label={t`Delivery: ${carrier} ${service}`} value={totals.shipping} />
          {!totals.tax_included && <Row label={t`Tax`} value={totals.tax} />}
          <Row
            label={
              <>
                {t`Total`}
                {totals.tax_included && (
                  <span className="block text-sm font-normal text-soft">
                    <Trans>
                      of which tax <Money value={totals.tax} />
                    </Trans>
                  </span>
                )}
              </>
            }
            value={totals.total}
            isSum
          />
          <Row label={t`Paid`} value={captured} />
          {refunded.amount > 0 && <Row label={t`Refunded`} value={refunded} sign="−" />}
          {due > 0 ? (
            <Row label={t`Outstanding`} value={{ amount: due, currency }} isSum />
          ) : (
            <Row label={t`Kept`} value={{ amount: captured.amount - refunded.amount, currency }} isSum />
          )}
        </tbody>
      </table>
      <Explanation orderId={order.id} />
    </Card>
  )
}

interface RowProps {
  label: ReactNode
  value: MoneyValue
  sign?: string
  isSum?: boolean
}

function Row({ label, value, sign, isSum = false }: RowProps) {
  return (
    <tr className={isSum ? 'border-line border-t font-semibold' : undefined}>
      <th scope="row" className={`py-1.5 text-start align-baseline ${isSum ? 'font-semibold' : 'font-normal'}`}>
        {label}
      </th>
      <td className="py-1.5 ps-4 text-end align-baseline whitespace-nowrap">
        {sign}
        <Money value={value} />
      </td>
    </tr>
  )
}
