// Owns the question to the zones. What is asked stands in the URL, so that it can be sent to a colleague.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { Select } from '@rialto/ui/select.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Plus, Trash2 } from 'lucide-react'
import { useDeferredValue, useId, useState } from 'react'
import { useFieldArray, useForm } from 'react-hook-form'
import { goodsQuery } from './api.ts'
import { countries } from './countries.ts'
import { goodsOf, itemsOf, type TrySearch } from './try-search.ts'

interface TryValues {
  country: string
  region: string
  postalCode: string
  goods: { sku: string; quantity: string }[]
}

export function TryForm({ search }: { search: TrySearch }) {
  const { t, i18n } = useLingui()
  const format = useFormat()
  const navigate = useNavigate()
  const goods = goodsOf(search.items).map(({ sku, quantity }) => ({ sku, quantity: String(quantity) }))
  const form = useForm<TryValues>({
    defaultValues: {
      country: search.country ?? '',
      region: search.region ?? '',
      postalCode: search.postal_code ?? '',
      goods: goods.length > 0 ? goods : [{ sku: '', quantity: '1' }],
    },
  })
  const rows = useFieldArray({ control: form.control, name: 'goods' })
  const { errors } = form.formState
  const [typed, setTyped] = useState('')
  const listId = useId()
  const { data: suggestions = [] } = useQuery(goodsQuery(useDeferredValue(typed)))

  function submit({ country, region, postalCode, goods }: TryValues) {
    const items = goods.map(({ sku, quantity }) => ({ sku: sku.trim(), quantity: Number(quantity) }))
    navigate({
      to: '/shipping/try',
      search: {
        country,
        ...(region.trim() && { region: region.trim() }),
        ...(postalCode.trim() && { postal_code: postalCode.trim() }),
        items: itemsOf(items),
      },
    })
  }

  return (
    <form noValidate onSubmit={form.handleSubmit(submit)} className="grid gap-4">
      <Field name="country" label={t`Country`} error={errors.country && t`Choose a country.`}>
        {(wiring) => (
          <Select {...wiring} {...form.register('country', { required: true })}>
            <option value="">{t`Choose…`}</option>
            {countries(i18n.locale, format.country).map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field name="postalCode" label={t`Postcode`} optional>
          {(wiring) => <Input {...wiring} {...form.register('postalCode')} autoComplete="off" />}
        </Field>
        <Field name="region" label={t`Region`} optional>
          {(wiring) => <Input {...wiring} {...form.register('region')} autoComplete="off" />}
        </Field>
      </div>
      <datalist id={listId}>
        {suggestions.map(({ sku, title }) => (
          <option key={sku} value={sku}>
            {title}
          </option>
        ))}
      </datalist>
      {rows.fields.map((row, index) => (
        <div key={row.id} className="grid grid-cols-[1fr_5.5rem_auto] items-start gap-3">
          <Field
            name={`goods.${index}.sku`}
            label={t`Product`}
            hint={index === 0 && t`Type a name or SKU.`}
            error={errors.goods?.[index]?.sku && t`Choose what is ordered.`}
          >
            {(wiring) => (
              <Input
                {...wiring}
                {...form.register(`goods.${index}.sku`, { required: true })}
                list={listId}
                autoComplete="off"
                onInput={(event) => setTyped(event.currentTarget.value)}
              />
            )}
          </Field>
          <Field
            name={`goods.${index}.quantity`}
            label={t`Pieces`}
            hint={index === 0 && '\u00a0'}
            error={errors.goods?.[index]?.quantity && t`At least 1.`}
          >
            {(wiring) => (
              <Input
                {...wiring}
                {...form.register(`goods.${index}.quantity`, {
                  validate: (text) => /^[1-9]\d{0,3}$/.test(text.trim()),
                })}
                inputMode="numeric"
                autoComplete="off"
              />
            )}
          </Field>
          <Button
            tone="quiet"
            size="icon"
            className={index === 0 ? 'mt-14' : 'mt-7.5'}
            aria-label={t`Remove product ${index + 1}`}
            disabled={rows.fields.length === 1}
            onClick={() => rows.remove(index)}
          >
            <Icon of={Trash2} />
          </Button>
        </div>
      ))}
      <Button
        tone="outline"
        size="small"
        className="min-h-11! justify-self-start"
        onClick={() => rows.append({ sku: '', quantity: '1' })}
      >
        <Icon of={Plus} size={16} /> <Trans>Add a product</Trans>
      </Button>
      <Button type="submit" className="justify-self-start">
        <Trans>Ask the zones</Trans>
      </Button>
    </form>
  )
}
