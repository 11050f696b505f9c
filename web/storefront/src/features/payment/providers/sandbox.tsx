// Owns the card form of the sandbox: it takes test cards only, and turns them into tokens here, in the browser.
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { Field, fieldId } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useImperativeHandle, useState } from 'react'
import type { CardFormProps } from './provider.ts'
import { asExpiry, digitsOf, grouped, isFuture, tokenOf } from './test-cards.ts'

type Name = 'card-number' | 'card-expiry' | 'card-cvc'

export function SandboxCardForm({ ref }: CardFormProps) {
  const { t } = useLingui()
  const [card, setCard] = useState<Record<Name, string>>({ 'card-number': '', 'card-expiry': '', 'card-cvc': '' })
  const [errors, setErrors] = useState<Partial<Record<Name, string>>>({})

  function check(): Partial<Record<Name, string>> {
    const found: Partial<Record<Name, string>> = {}
    const number = digitsOf(card['card-number'])
    if (number.length < 12) found['card-number'] = t`Enter the number on the card`
    else if (!tokenOf(number))
      found['card-number'] = t`Only test cards work here, such as 4242 4242 4242 4242. Never type a real card.`
    if (!isFuture(card['card-expiry'])) found['card-expiry'] = t`Enter the date as month and year, like 12/30`
    if (!/^\d{3,4}$/.test(card['card-cvc'])) found['card-cvc'] = t`Enter the 3 or 4 digits of the security code`
    return found
  }

  useImperativeHandle(ref, () => ({
    tokenize: async () => {
      const found = check()
      setErrors(found)
      const [first] = Object.keys(found)
      if (!first) return tokenOf(card['card-number'])
      document.getElementById(fieldId(first))?.focus()
      return undefined
    },
  }))

  const input = (name: Name, shape: (text: string) => string) => ({
    name,
    inputMode: 'numeric' as const,
    dir: 'ltr',
    value: card[name],
    onChange: (event: { target: { value: string } }) => {
      setCard({ ...card, [name]: shape(event.target.value) })
      setErrors({ ...errors, [name]: undefined })
    },
    onBlur: () => card[name] && setErrors({ ...errors, [name]: check()[name] }),
  })

  return (
    <fieldset className="grid gap-5 rounded-card border border-edge bg-card p-5">
      <legend className="sr-only">{t`Card`}</legend>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span aria-hidden="true" className="font-medium">{t`Card`}</span>
        <Badge tone="warn">
          <Trans>Test mode: no real money moves</Trans>
        </Badge>
      </div>
      <Field name="card-number" label={t`Card number`} error={errors['card-number']}>
        {(wiring) => <Input {...wiring} {...input('card-number', grouped)} autoComplete="cc-number" />}
      </Field>
      <div className="grid grid-cols-2 gap-4">
        <Field name="card-expiry" label={t`Expires`} hint={t`Month/year`} error={errors['card-expiry']}>
          {(wiring) => <Input {...wiring} {...input('card-expiry', asExpiry)} autoComplete="cc-exp" />}
        </Field>
        <Field name="card-cvc" label={t`Security code`} hint={t`On the back`} error={errors['card-cvc']}>
          {(wiring) => (
            <Input {...wiring} {...input('card-cvc', (text) => digitsOf(text).slice(0, 4))} autoComplete="cc-csc" />
          )}
        </Field>
      </div>
      <TestCards
        onChoose={(number) => {
          setCard({ 'card-number': grouped(number), 'card-expiry': '12/34', 'card-cvc': '123' })
          setErrors({})
        }}
      />
    </fieldset>
  )
}

function TestCards({ onChoose }: { onChoose: (number: string) => void }) {
  const { t } = useLingui()
  const cards: Array<[number: string, what: string]> = [
    ['4242424242424242', t`is paid`],
    ['4000002760003184', t`asks the bank first`],
    ['4000000000000002', t`is declined`],
    ['4000000000009995', t`has not enough money`],
    ['4000000000003000', t`takes a while`],
  ]
  return (
    <details className="text-sm">
      <summary className="min-h-11 py-2.5 text-soft underline underline-offset-4 hover:text-ink">
        <Trans>Test cards</Trans>
      </summary>
      <ul className="grid">
        {cards.map(([number, what]) => (
          <li key={number}>
            <button
              type="button"
              className="flex min-h-11 w-full flex-wrap items-center gap-x-3 rounded-control px-2 text-start hover:bg-sunken"
              onClick={() => onChoose(number)}
            >
              <bdi className="tabular-nums">{grouped(number)}</bdi>
              <span className="text-soft">{what}</span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  )
}
