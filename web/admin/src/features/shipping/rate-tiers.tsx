// Owns the steps of a price: up to so many kilograms, or up to such a value, it costs this.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { Plus, Trash2 } from 'lucide-react'
import { useFieldArray } from 'react-hook-form'
import { MoneyInput } from '#lib/form/money-input.tsx'
import type { RateFormHandle } from './use-rate-form.ts'

interface RateTiersProps {
  form: RateFormHandle
  kind: 'by_weight' | 'by_value'
  currency: string
}

export function RateTiers({ form, kind, currency }: RateTiersProps) {
  const { t } = useLingui()
  const tiers = useFieldArray({ control: form.control, name: 'tiers' })
  const errors = form.formState.errors.tiers
  return (
    <div className="grid gap-3">
      <p className="text-sm text-soft">
        <Trans>The first step that the goods do not exceed holds. Leave the last one open for everything above.</Trans>
      </p>
      {tiers.fields.map((tier, index) => {
        const isLast = index === tiers.fields.length - 1
        return (
          <div key={tier.id} className="grid grid-cols-[1fr_1fr_auto] items-start gap-3">
            <Field
              name={`tiers.${index}.upTo`}
              label={kind === 'by_weight' ? t`Up to (kg)` : t`Up to a value of`}
              error={errors?.[index]?.upTo?.message}
            >
              {(wiring) =>
                kind === 'by_weight' ? (
                  <Input
                    {...wiring}
                    {...form.register(`tiers.${index}.upTo`)}
                    inputMode="decimal"
                    autoComplete="off"
                    placeholder={isLast ? t`and above` : undefined}
                  />
                ) : (
                  <MoneyInput
                    {...wiring}
                    {...form.register(`tiers.${index}.upTo`)}
                    currency={currency}
                    placeholder={isLast ? t`and above` : undefined}
                  />
                )
              }
            </Field>
            <Field name={`tiers.${index}.amount`} label={t`Price`} error={errors?.[index]?.amount?.message}>
              {(wiring) => <MoneyInput {...wiring} {...form.register(`tiers.${index}.amount`)} currency={currency} />}
            </Field>
            <Button
              tone="quiet"
              size="icon"
              className="mt-7.5"
              aria-label={t`Remove step ${index + 1}`}
              disabled={tiers.fields.length === 1}
              onClick={() => tiers.remove(index)}
            >
              <Icon of={Trash2} />
            </Button>
          </div>
        )
      })}
      <Button
        tone="outline"
        size="small"
        className="min-h-11! justify-self-start"
        onClick={() => tiers.append({ upTo: '', amount: '' })}
      >
        <Icon of={Plus} size={16} /> <Trans>Add a step</Trans>
      </Button>
    </div>
  )
}
