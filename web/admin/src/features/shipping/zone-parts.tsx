// Owns the rows for parts of countries: a region, some postcodes.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { Select } from '@rialto/ui/select.tsx'
import { Plus, Trash2 } from 'lucide-react'
import { useFieldArray } from 'react-hook-form'
import type { Choice } from '#lib/overlays/picker.tsx'
import type { ZoneFormHandle } from './zone-form.tsx'

export function ZoneParts({ form, choices }: { form: ZoneFormHandle; choices: readonly Choice[] }) {
  const { t } = useLingui()
  const parts = useFieldArray({ control: form.control, name: 'parts' })
  const errors = form.formState.errors.parts
  return (
    <fieldset className="grid gap-3">
      <legend className="font-medium">
        <Trans>Parts of countries</Trans>
      </legend>
      <p className="text-sm text-soft">
        <Trans>
          They come before the country they lie in, even in another zone. Postcodes: one, a beginning such as 35*, or a
          range such as 35000-38999.
        </Trans>
      </p>
      {parts.fields.map((part, index) => (
        <div
          key={part.id}
          className="grid items-start gap-3 rounded-control bg-sunken p-3 sm:grid-cols-[2fr_1fr_1fr_auto]"
        >
          <Field name={`parts.${index}.country`} label={t`Country`} error={errors?.[index]?.country?.message}>
            {(wiring) => (
              <Select {...wiring} {...form.register(`parts.${index}.country`)}>
                <option value="">{t`Choose…`}</option>
                {choices.map(({ value, label }) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field name={`parts.${index}.region`} label={t`Region`} error={errors?.[index]?.region?.message}>
            {(wiring) => (
              <Input {...wiring} {...form.register(`parts.${index}.region`)} placeholder="ES-CN" autoComplete="off" />
            )}
          </Field>
          <Field name={`parts.${index}.postalCode`} label={t`Postcodes`} error={errors?.[index]?.postalCode?.message}>
            {(wiring) => (
              <Input {...wiring} {...form.register(`parts.${index}.postalCode`)} placeholder="35*" autoComplete="off" />
            )}
          </Field>
          <Button
            tone="quiet"
            size="icon"
            className="sm:mt-7.5"
            aria-label={t`Remove part ${index + 1}`}
            onClick={() => parts.remove(index)}
          >
            <Icon of={Trash2} />
          </Button>
        </div>
      ))}
      <Button
        tone="outline"
        size="small"
        className="min-h-11! justify-self-start"
        onClick={() => parts.append({ country: '', region: '', postalCode: '' })}
      >
        <Icon of={Plus} size={16} /> <Trans>Add a part of a country</Trans>
      </Button>
    </fieldset>
  )
}
