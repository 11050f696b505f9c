// Owns the promotion in plain words while it is edited, and a try with a cart of any size.
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { useState } from 'react'
import { useWatch } from 'react-hook-form'
import { MoneyInput } from '#lib/form/money-input.tsx'
import { amountOf } from '#lib/money-text.ts'
import { discountOf, inputOf, type PromotionForm } from './promotion-form.ts'
import { useSentence } from './use-sentence.ts'

export function Summary({ currency, uses }: { currency: string; uses: number | undefined }) {
  const { t } = useLingui()
  const sentence = useSentence()
  const form = useWatch<PromotionForm>() as PromotionForm
  const [goods, setGoods] = useState('100')
  const input = inputOf(form, currency)
  const isComplete = input.code !== '' && (input.percent !== null || input.amount !== null)
  const amount = amountOf(goods, currency)
  const discount = amount === undefined ? undefined : discountOf(input, { amount, currency })
  return (
    <Card title={t`In short`}>
      <div className="grid gap-5">
        <p aria-live="polite">
          {isComplete ? sentence(input) : t`Write a code and a value to read here what the promotion does.`}
        </p>
        {uses !== undefined && (
          <p className="text-soft">
            {t`${plural(uses, { 0: 'Nobody has used it yet.', one: 'Used in one order.', other: 'Used in # orders.' })}`}
          </p>
        )}
        <div className="grid gap-3 border-line border-t pt-4">
          <Field name="try-goods" label={t`Try it: goods for`}>
            {(wiring) => (
              <MoneyInput
                {...wiring}
                currency={currency}
                value={goods}
                onChange={(event) => setGoods(event.target.value)}
              />
            )}
          </Field>
          {discount && amount !== undefined && (
            <dl aria-live="polite" className="grid grid-cols-[1fr_auto] gap-1">
              <dt>{t`Discount`}</dt>
              <dd className="text-end">
                <Money value={{ ...discount, amount: -discount.amount }} />
              </dd>
              <dt className="font-semibold">{t`To pay for the goods`}</dt>
              <dd className="text-end font-semibold">
                <Money value={{ amount: amount - discount.amount, currency }} />
              </dd>
            </dl>
          )}
          {discount?.amount === 0 && amount !== undefined && (input.min_subtotal?.amount ?? 0) > amount && (
            <p className="text-sm text-soft">{t`These goods cost too little for the code.`}</p>
          )}
        </div>
      </div>
    </Card>
  )
}
