// Owns the fields of the refund dialog.
import { useLingui } from '@lingui/react/macro'
import { Checkbox } from '@rialto/ui/checkbox.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { Select } from '@rialto/ui/select.tsx'
import { Tabs } from '@rialto/ui/tabs.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { MoneyInput } from '#lib/form/money-input.tsx'
import type { OrderDetail } from './api.ts'
import type { PaymentDetail } from './payment-api.ts'
import { QuantityList } from './quantity-list.tsx'
import { shareOf } from './refund-share.ts'
import type { Goods, RefundPlan } from './use-refund.ts'
import { useRefundReasons } from './use-refund-reasons.ts'

const GOODS = ['keep', 'restock', 'damaged', 'discard'] as const satisfies Goods[]

interface RefundFieldsProps {
  order: OrderDetail
  payments: readonly PaymentDetail[]
  plan: RefundPlan
  reason: string
  onReason: (reason: string) => void
}

export function RefundFields({ order, payments, plan, reason, onReason }: RefundFieldsProps) {
  const { t } = useLingui()
  const format = useFormat()
  const reasons = useRefundReasons()
  return (
    <>
      {payments.length > 1 && (
        <Field name="refund-payment" label={t`Payment`}>
          {(wiring) => (
            <Select
              {...wiring}
              value={plan.payment?.payment_id}
              onChange={(event) => plan.setPaymentId(event.target.value)}
            >
              {payments.map(({ payment_id: id, provider, refundable }) => (
                <option key={id} value={id}>
                  {`${provider}: ${format.money(refundable)}`}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      <Tabs
        label={t`What to refund`}
        tabs={[
          { key: 'pieces', label: t`By pieces` },
          { key: 'amount', label: t`By amount` },
        ]}
        value={plan.by}
        onChange={plan.setBy}
      >
        {plan.by === 'pieces' ? (
          <Pieces order={order} plan={plan} />
        ) : (
          <Field name="refund-amount" label={t`Amount`} hint={t`No goods are booked with it.`}>
            {(wiring) => (
              <MoneyInput
                {...wiring}
                currency={plan.currency}
                value={plan.text}
                onChange={(event) => plan.setText(event.target.value)}
              />
            )}
          </Field>
        )}
      </Tabs>
      <Field name="refund-reason" label={t`Reason`}>
        {(wiring) => (
          <Select {...wiring} value={reason} onChange={(event) => onReason(event.target.value)}>
            {[...reasons].map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </>
  )
}

function Pieces({ order, plan }: { order: OrderDetail; plan: RefundPlan }) {
  const { t } = useLingui()
  const { shipping, tax_included: isTaxIncluded } = order.totals
  const words: Record<Goods, string> = {
    keep: t`Stay where they are`,
    restock: t`Are back: put them on the shelf`,
    damaged: t`Are back, but damaged`,
    discard: t`Are back, to be thrown away`,
  }
  const lines = order.lines
    .map((line) => ({
      sku: line.sku,
      title: [line.title, line.variant_title].filter(Boolean).join(' · '),
      max: line.quantity - line.returned_quantity,
      aside: (
        <span className="text-sm text-soft">
          <Money
            value={{
              amount: shareOf(line, plan.quantities[line.sku] ?? 0, isTaxIncluded).amount,
              currency: plan.currency,
            }}
          />
        </span>
      ),
    }))
    .filter(({ max }) => max > 0)
  return (
    <div className="grid gap-4">
      <QuantityList lines={lines} quantities={plan.quantities} onChange={plan.setQuantities} />
      {shipping.amount > 0 && plan.goods === 'keep' && (
        <Checkbox
          label={t`Delivery too`}
          aside={<Money value={shipping} />}
          checked={plan.withShipping}
          onChange={(event) => plan.setWithShipping(event.target.checked)}
        />
      )}
      <Field
        name="goods"
        label={t`The goods`}
        hint={plan.canComeBack ? undefined : t`Only what was delivered can come back.`}
      >
        {(wiring) => (
          <Select
            {...wiring}
            value={plan.goods}
            onChange={(event) => plan.setGoods(GOODS.find((goods) => goods === event.target.value) ?? 'keep')}
          >
            {GOODS.map((goods) => (
              <option key={goods} value={goods} disabled={goods !== 'keep' && !plan.canComeBack}>
                {words[goods]}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  )
}
