// Owns the form of a rate: what shoppers see of it, what it costs, and its limits.
import { Trans, useLingui } from '@lingui/react/macro'
import { Checkbox } from '@rialto/ui/checkbox.tsx'
import { ErrorSummary } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { Select } from '@rialto/ui/select.tsx'
import { type ReactNode, useId } from 'react'
import { useWatch } from 'react-hook-form'
import { formErrors } from '#lib/form/form-errors.ts'
import { MoneyInput } from '#lib/form/money-input.tsx'
import type { RateValues } from './rate-draft.ts'
import { RateTiers } from './rate-tiers.tsx'
import type { RateFormHandle } from './use-rate-form.ts'
import { KINDS } from './words.ts'

interface RateFormProps {
  form: RateFormHandle
  carriers: readonly string[]
  failure: string | undefined
  onSubmit: (values: RateValues) => void
  children: ReactNode
}

export function RateForm({ form, carriers, failure, onSubmit, children }: RateFormProps) {
  const { t, i18n } = useLingui()
  const carrierList = useId()
  const { errors, submitCount } = form.formState
  const [kind, currency] = useWatch({ control: form.control, name: ['kind', 'currency'] })
  const problems = [...formErrors(errors), ...(failure ? [{ message: failure }] : [])]
  return (
    <form noValidate onSubmit={form.handleSubmit(onSubmit)} className="grid gap-5">
      <ErrorSummary errors={problems} attempt={submitCount} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field name="service" label={t`Name for shoppers`} error={errors.service?.message}>
          {(wiring) => <Input {...wiring} {...form.register('service')} placeholder="Standard" autoComplete="off" />}
        </Field>
        <Field name="carrier" label={t`Carrier`} error={errors.carrier?.message}>
          {(wiring) => (
            <>
              <Input {...wiring} {...form.register('carrier')} list={carrierList} autoComplete="off" />
              <datalist id={carrierList}>
                {carriers.map((carrier) => (
                  <option key={carrier} value={carrier} />
                ))}
              </datalist>
            </>
          )}
        </Field>
        <Field name="minDays" label={t`Fewest working days`} error={errors.minDays?.message}>
          {(wiring) => <Input {...wiring} {...form.register('minDays')} inputMode="numeric" autoComplete="off" />}
        </Field>
        <Field name="maxDays" label={t`Most working days`} error={errors.maxDays?.message}>
          {(wiring) => <Input {...wiring} {...form.register('maxDays')} inputMode="numeric" autoComplete="off" />}
        </Field>
      </div>
      <fieldset className="grid gap-4 rounded-card bg-sunken p-4">
        <legend className="sr-only">
          <Trans>Price</Trans>
        </legend>
        <div className="grid gap-4 sm:grid-cols-[1fr_8rem]">
          <Field name="kind" label={t`How the price comes about`} error={errors.kind?.message}>
            {(wiring) => (
              <Select {...wiring} {...form.register('kind')}>
                {Object.entries(KINDS).map(([value, word]) => (
                  <option key={value} value={value}>
                    {i18n._(word)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field name="currency" label={t`Currency`} error={errors.currency?.message}>
            {(wiring) => <Input {...wiring} {...form.register('currency')} maxLength={3} autoComplete="off" />}
          </Field>
        </div>
        {kind === 'flat' && (
          <Field name="amount" label={t`Price`} error={errors.amount?.message}>
            {(wiring) => <MoneyInput {...wiring} {...form.register('amount')} currency={currency} />}
          </Field>
        )}
        {kind === 'per_item' && (
          <div className="grid gap-4 sm:grid-cols-2">
            <Field name="amount" label={t`For the parcel`} error={errors.amount?.message}>
              {(wiring) => <MoneyInput {...wiring} {...form.register('amount')} currency={currency} />}
            </Field>
            <Field name="each" label={t`And for each piece`} error={errors.each?.message}>
              {(wiring) => <MoneyInput {...wiring} {...form.register('each')} currency={currency} />}
            </Field>
          </div>
        )}
        {(kind === 'by_weight' || kind === 'by_value') && <RateTiers form={form} kind={kind} currency={currency} />}
      </fieldset>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          name="freeOver"
          label={t`Free from`}
          hint={t`Value of the goods.`}
          optional
          error={errors.freeOver?.message}
        >
          {(wiring) => <MoneyInput {...wiring} {...form.register('freeOver')} currency={currency} />}
        </Field>
        <Field name="maxWeight" label={t`Up to`} hint={t`Kilograms.`} optional error={errors.maxWeight?.message}>
          {(wiring) => <Input {...wiring} {...form.register('maxWeight')} inputMode="decimal" autoComplete="off" />}
        </Field>
      </div>
      <Checkbox {...form.register('active')} label={t`Shoppers can choose it`} />
      {children}
    </form>
  )
}
