// Owns the form of a zone: its name, whether anything is delivered there, and which parts of the world it is.
import { zodResolver } from '@hookform/resolvers/zod'
import { Trans, useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { Checkbox, Radio, RadioGroup } from '@rialto/ui/checkbox.tsx'
import { ErrorSummary } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { type ReactNode, useMemo } from 'react'
import { Controller, type UseFormReturn, useForm } from 'react-hook-form'
import { formErrors } from '#lib/form/form-errors.ts'
import { z } from '#lib/form/zod.ts'
import { Picker } from '#lib/overlays/picker.tsx'
import { countries } from './countries.ts'
import type { ZoneValues } from './zone-draft.ts'
import { ZoneParts } from './zone-parts.tsx'

export type ZoneFormHandle = UseFormReturn<ZoneValues>

/** The state of the form, which lives in the page: the page saves it and asks before it is left. */
export function useZoneForm(values: ZoneValues): ZoneFormHandle {
  const { t } = useLingui()
  const schema = useMemo(() => {
    const part = z
      .object({ country: z.string().min(1, t`Choose a country.`), region: z.string(), postalCode: z.string() })
      .refine(({ region, postalCode }) => region.trim() || postalCode.trim(), {
        path: ['postalCode'],
        message: t`Say which region or postcodes. For the whole country add it above.`,
      })
    return z
      .object({
        name: z.string().trim().min(1, t`Give the zone a name.`).max(100, t`The name is too long.`),
        delivered: z.boolean(),
        countries: z.array(z.string()),
        anywhere: z.boolean(),
        parts: z.array(part),
      })
      .refine(({ countries, anywhere, parts }) => countries.length > 0 || anywhere || parts.length > 0, {
        path: ['countries'],
        message: t`Say which countries, or parts of countries, belong to the zone.`,
      })
  }, [t])
  return useForm<ZoneValues>({ resolver: zodResolver(schema), defaultValues: values })
}

interface ZoneFormProps {
  form: ZoneFormHandle
  readOnly: boolean
  onSubmit: (values: ZoneValues) => void
  /** What cannot be told at a field. */
  failure?: ReactNode
  /** What stands below the cards: the save bar. */
  children: ReactNode
}

export function ZoneForm({ form, readOnly, onSubmit, failure, children }: ZoneFormProps) {
  const { t, i18n } = useLingui()
  const format = useFormat()
  const { errors, submitCount } = form.formState
  const choices = useMemo(
    () => countries(i18n.locale, format.country).map(({ code, name }) => ({ value: code, label: name })),
    [i18n.locale, format],
  )
  const problems = [...formErrors(errors), ...(failure ? [{ message: failure }] : [])]
  return (
    <form noValidate onSubmit={form.handleSubmit(onSubmit)} className="grid gap-5">
      <ErrorSummary errors={problems} attempt={submitCount} />
      <fieldset disabled={readOnly} className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[2fr_1fr]">
        <Card title={t`Where it is`}>
          <div className="grid grid-cols-1 gap-5">
            <Field
              name="countries"
              label={t`Whole countries`}
              hint={t`Type to find one.`}
              error={errors.countries?.message}
            >
              {(wiring) => (
                <Controller
                  control={form.control}
                  name="countries"
                  render={({ field }) => (
                    <Picker wiring={wiring} choices={choices} value={field.value} onChange={field.onChange} />
                  )}
                />
              )}
            </Field>
            <Checkbox
              {...form.register('anywhere')}
              label={t`Everywhere else`}
              hint={t`Every country that no zone names. One zone can have this.`}
            />
            <ZoneParts form={form} choices={choices} />
          </div>
        </Card>
        <Card title={t`What it is`}>
          <div className="grid grid-cols-1 gap-5">
            <Field name="name" label={t`Name`} hint={t`Only staff see it.`} error={errors.name?.message}>
              {(wiring) => <Input {...wiring} {...form.register('name')} autoComplete="off" />}
            </Field>
            <Controller
              control={form.control}
              name="delivered"
              render={({ field }) => (
                <RadioGroup name="delivered" legend={<Trans>Delivery</Trans>}>
                  <Radio
                    name="delivered"
                    checked={field.value}
                    onChange={() => field.onChange(true)}
                    label={t`We deliver here`}
                  />
                  <Radio
                    name="delivered"
                    checked={!field.value}
                    onChange={() => field.onChange(false)}
                    label={t`Nothing is delivered here`}
                    hint={t`Also for a part of a country that another zone covers.`}
                  />
                </RadioGroup>
              )}
            />
          </div>
        </Card>
      </fieldset>
      {children}
    </form>
  )
}
