// Owns what the steps of a return show: the choice, the summary before the yes, the receipt, and the refusal.
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Checkbox } from '@rialto/ui/checkbox.tsx'
import type { MoneyValue } from '@rialto/ui/currency.ts'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { Select } from '@rialto/ui/select.tsx'
import { QuantityInput } from '#lib/quantity-input.tsx'
import type { Order, Return } from './api.ts'
import type { ReturnKind } from './return-dialog.tsx'
import { type Returnable, refundOf } from './returnable.ts'

/** Pieces by SKU. */
export type Choice = ReadonlyMap<string, number>

interface ChoicesProps {
  items: readonly Returnable[]
  choice: Choice
  onChoose: (choice: Choice) => void
  reason?: string
  onReason?: (reason: string) => void
}

export function Choices({ items, choice, onChoose, reason, onReason }: ChoicesProps) {
  const { t } = useLingui()

  function set(sku: string, quantity: number) {
    const next = new Map(choice)
    if (quantity > 0) next.set(sku, quantity)
    else next.delete(sku)
    onChoose(next)
  }

  return (
    <div className="grid gap-5">
      <fieldset className="grid gap-1">
        <legend className="mb-1 font-medium">
          <Trans>What do you want to send back?</Trans>
        </legend>
        {items.map(({ line, left }) => (
          <div key={line.sku} className="grid gap-2 border-line border-b pb-2 last:border-0">
            <Checkbox
              label={line.title}
              hint={line.variant_title}
              checked={choice.has(line.sku)}
              onChange={(event) => set(line.sku, event.target.checked ? left : 0)}
            />
            {left > 1 && choice.has(line.sku) && (
              <span className="ms-8">
                <QuantityInput
                  of={line.title}
                  value={choice.get(line.sku) ?? left}
                  max={left}
                  onChange={(quantity) => set(line.sku, quantity)}
                />
              </span>
            )}
          </div>
        ))}
      </fieldset>
      {onReason && (
        <Field name="reason" label={t`Why?`} optional>
          {(wiring) => (
            <Select {...wiring} value={reason} onChange={(event) => onReason(event.target.value)}>
              <option value="">{t`I would rather not say`}</option>
              <option value="does not fit">{t`It does not fit`}</option>
              <option value="not as described">{t`It is not as described`}</option>
              <option value="damaged">{t`It arrived damaged`}</option>
              <option value="wrong item">{t`It is the wrong item`}</option>
              <option value="changed mind">{t`I changed my mind`}</option>
            </Select>
          )}
        </Field>
      )}
    </div>
  )
}

export function Chosen({ items, choice }: { items: readonly Returnable[]; choice: Choice }) {
  const chosen = items.filter(({ line }) => choice.has(line.sku))
  return (
    <div className="grid gap-4">
      <ul className="grid gap-2">
        {chosen.map((item) => {
          const quantity = choice.get(item.line.sku) ?? 0
          return (
            <li key={item.line.sku} className="flex justify-between gap-4">
              <span>
                {quantity} × {item.line.title} <span className="text-soft">{item.line.variant_title}</span>
              </span>
              <Money value={refundOf(item, quantity)} />
            </li>
          )
        })}
      </ul>
      <p className="flex justify-between gap-4 border-line border-t pt-3 font-semibold">
        <Trans>Refund for the goods</Trans> <Money value={sum(chosen, choice)} />
      </p>
      <p className="text-soft">
        <Trans>
          We write to you how to send it back. The money comes the way you paid, once the goods have arrived with us.
        </Trans>
      </p>
    </div>
  )
}

function sum(items: readonly Returnable[], choice: Choice): MoneyValue {
  const parts = items.map((item) => refundOf(item, choice.get(item.line.sku) ?? 0))
  return { amount: parts.reduce((total, { amount }) => total + amount, 0), currency: parts[0]?.currency ?? 'EUR' }
}

interface ReceiptProps {
  order: Order
  made: Return | undefined
  items: readonly Returnable[]
  kind: ReturnKind
}

export function Receipt({ order, made, items, kind }: ReceiptProps) {
  if (!made) return null
  const title = (sku: string) => items.find(({ line }) => line.sku === sku)?.line.title ?? sku
  return (
    <div role="status" className="grid gap-3">
      <p className="text-lg font-semibold">
        {kind === 'withdrawal' ? <Trans>We have your withdrawal</Trans> : <Trans>We have your return</Trans>}
      </p>
      <p>
        <Trans>
          Received <DateTime at={made.created_at} options={{ dateStyle: 'long', timeStyle: 'medium' }} /> for order{' '}
          {order.number}:
        </Trans>
      </p>
      <ul className="ms-5 list-disc">
        {made.lines.map(({ sku, quantity }) => (
          <li key={sku}>
            {quantity} × {title(sku)}
          </li>
        ))}
      </ul>
      <p>
        <Trans>A mail with this receipt is on its way to {order.email}.</Trans>
      </p>
    </div>
  )
}

/** In words of its own where the shop said why. */
export function Refusal({ error }: { error: Error }) {
  const { t } = useLingui()
  const code = error instanceof ProblemError ? error.code : undefined
  const why: Record<string, string> = {
    return_window_closed: t`The time for returns of this order is over.`,
    not_returnable: t`Nothing of this order has arrived yet. You can send it back as soon as it has.`,
    invalid: t`Some of it was announced already, perhaps in another window. Close this and look at the list of returns.`,
  }
  return (
    <ErrorState error={error} title={t`That did not work`}>
      {code ? why[code] : undefined}
    </ErrorState>
  )
}
