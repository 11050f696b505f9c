// Owns the fields of a promotion: what it takes off, when, and how often.
import { useLingui } from '@lingui/react/macro'
import { Checkbox, Radio, RadioGroup } from '@rialto/ui/checkbox.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useFormContext } from 'react-hook-form'
import { MoneyInput } from '#lib/form/money-input.tsx'
import type { PromotionForm } from './promotion-form.ts'

interface FieldsProps {
  /** The sentence for the code of a problem. */
  sentenceOf: (code: string) => string
}

function useErrors({ sentenceOf }: FieldsProps) {
  const { errors } = useFormContext<PromotionForm>().formState
  return (name: keyof PromotionForm) => {
    const message = errors[name]?.message
    return message === undefined ? undefined : sentenceOf(message)
  }
}

export function ValueFields({ currency, ...props }: FieldsProps & { currency: string }) {
  const { t } = useLingui()
  const { register, watch } = useFormContext<PromotionForm>()
  const errorOf = useErrors(props)
  const kind = watch('kind')
  return (
    <div className="grid gap-5">
      <RadioGroup name="kind" legend={t`What it takes off`}>
        <div className="flex flex-wrap gap-x-6">
          <Radio {...register('kind')} value="percent" label={t`A part of the price`} />
          <Radio {...register('kind')} value="amount" label={t`A fixed amount`} />
        </div>
      </RadioGroup>
      <div className="grid gap-5 sm:grid-cols-2">
        {kind === 'percent' ? (
          <Field name="percent" label={t`Percent off the goods`} error={errorOf('percent')}>
            {(wiring) => (
              <Input {...wiring} {...register('percent')} inputMode="decimal" autoComplete="off" placeholder="10" />
            )}
          </Field>
        ) : (
          <Field name="amount" label={t`Amount off the goods`} error={errorOf('amount')}>
            {(wiring) => <MoneyInput {...wiring} {...register('amount')} currency={currency} />}
          </Field>
        )}
        <Field name="code" label={t`Code`} error={errorOf('code')} className="sm:row-start-1">
          {(wiring) => (
            <Input
              {...wiring}
              {...register('code')}
              autoComplete="off"
              spellCheck={false}
              placeholder="WELCOME10"
              className="uppercase placeholder:normal-case"
            />
          )}
        </Field>
      </div>
      <Field name="name" label={t`Name`} optional hint={t`For staff only.`} error={errorOf('name')}>
        {(wiring) => <Input {...wiring} {...register('name')} autoComplete="off" />}
      </Field>
      <Checkbox
        {...register('active')}
        label={t`Switched on`}
        hint={t`Switched off, it is as if the code did not exist.`}
      />
    </div>
  )
}

export function ScheduleFields(props: FieldsProps) {
  const { t } = useLingui()
  const { register } = useFormContext<PromotionForm>()
  const errorOf = useErrors(props)
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone.replaceAll('_', ' ')
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      <Field name="startsAt" label={t`Begins`} optional error={errorOf('startsAt')}>
        {(wiring) => <Input {...wiring} {...register('startsAt')} type="datetime-local" />}
      </Field>
      <Field name="endsAt" label={t`Ends`} optional error={errorOf('endsAt')}>
        {(wiring) => <Input {...wiring} {...register('endsAt')} type="datetime-local" />}
      </Field>
      <p className="text-sm text-soft sm:col-span-2">
        {t`Times are those of this computer (${zone}). Empty: at once, and without an end.`}
      </p>
    </div>
  )
}

export function LimitFields({ currency, ...props }: FieldsProps & { currency: string }) {
  const { t } = useLingui()
  const { register } = useFormContext<PromotionForm>()
  const errorOf = useErrors(props)
  return (
    <div className="grid gap-5 sm:grid-cols-3">
      <Field name="minimum" label={t`Goods cost at least`} optional error={errorOf('minimum')}>
        {(wiring) => <MoneyInput {...wiring} {...register('minimum')} currency={currency} />}
      </Field>
      <Field name="maxUsesPerCustomer" label={t`Uses per customer`} optional error={errorOf('maxUsesPerCustomer')}>
        {(wiring) => <Input {...wiring} {...register('maxUsesPerCustomer')} inputMode="numeric" autoComplete="off" />}
      </Field>
      <Field name="maxUses" label={t`Uses in all`} optional error={errorOf('maxUses')}>
        {(wiring) => <Input {...wiring} {...register('maxUses')} inputMode="numeric" autoComplete="off" />}
      </Field>
    </div>
  )
}
