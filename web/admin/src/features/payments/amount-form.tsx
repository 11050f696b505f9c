// Owns the question "how much?" of taking and of giving back money.
import { zodResolver } from '@hookform/resolvers/zod'
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { ErrorSummary } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Textarea } from '@rialto/ui/input.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { type ReactNode, useMemo } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { formErrors } from '#lib/form/form-errors.ts'
import { MoneyInput } from '#lib/form/money-input.tsx'
import { z } from '#lib/form/zod.ts'
import { amountOf, textOf } from '#lib/money-text.ts'
import { useIntention } from '#lib/use-intention.ts'
import type { Money } from './api.ts'

export interface Asked {
  /** The same for every press of the button with the same amount and reason, so that it counts once. */
  key: string
  amount: Money
  reason: string
}

interface AmountFormProps {
  most: Money
  withReason: boolean
  children: ReactNode
  /** The words of the button, with the amount that is typed. */
  label: (amount: string) => ReactNode
  busy: boolean
  failure: string | undefined
  onSubmit: (asked: Asked) => void
  onCancel: () => void
}

export function AmountForm(props: AmountFormProps) {
  const { most, withReason, children, label, busy, failure, onSubmit, onCancel } = props
  const { t, i18n } = useLingui()
  const format = useFormat()
  const keyOf = useIntention()
  const { currency } = most
  const limit = format.money(most)
  const schema = useMemo(() => {
    const isInRange = (text: string) => {
      const amount = amountOf(text, currency) ?? 0
      return amount >= 1 && amount <= most.amount
    }
    return z.object({
      amount: z.string().refine(isInRange, t`Write an amount up to ${limit}.`),
      reason: withReason
        ? z
            .string()
            .trim()
            .min(1, t`Say why. The reason stays with the payment.`)
            .max(500, t`Keep it below 500 characters.`)
        : z.string(),
    })
  }, [t, currency, most.amount, limit, withReason])
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: { amount: textOf(most, i18n.locale), reason: '' },
  })
  const { errors, submitCount } = form.formState
  const typed = amountOf(useWatch({ control: form.control, name: 'amount' }), currency)

  return (
    <form
      noValidate
      className="grid gap-4"
      onSubmit={form.handleSubmit((values) => {
        const amount = { amount: amountOf(values.amount, currency) ?? 0, currency }
        const reason = values.reason.trim()
        onSubmit({ key: keyOf({ amount, reason }), amount, reason })
      })}
    >
      <ErrorSummary
        errors={[...formErrors(errors), ...(failure ? [{ message: failure }] : [])]}
        attempt={submitCount + (failure ? 1 : 0)}
      />
      {children}
      <Field name="amount" label={t`Amount`} hint={t`At most ${limit}.`} error={errors.amount?.message}>
        {(wiring) => <MoneyInput {...wiring} {...form.register('amount')} currency={currency} />}
      </Field>
      {withReason && (
        <Field name="reason" label={t`Reason`} hint={t`Only staff see it.`} error={errors.reason?.message}>
          {(wiring) => <Textarea {...wiring} {...form.register('reason')} rows={2} />}
        </Field>
      )}
      <div className="flex flex-wrap justify-end gap-3">
        <Button tone="quiet" onClick={onCancel}>
          <Trans>Not now</Trans>
        </Button>
        <Button type="submit" tone="accent" busy={busy}>
          {label(format.money({ amount: typed ?? most.amount, currency }))}
        </Button>
      </div>
    </form>
  )
}
