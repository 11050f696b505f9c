// Owns the attributes of a product, which shoppers read as facts and filter by.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useQuery } from '@tanstack/react-query'
import { Plus, Trash2 } from 'lucide-react'
import { useController } from 'react-hook-form'
import { TokenInput } from '#lib/form/token-input.tsx'
import { vocabularyQuery } from '../api.ts'
import { type AttributeDraft, newKey, type ProductForm } from '../form/product-form.ts'

export function AttributesSection() {
  const { t } = useLingui()
  const { field } = useController<ProductForm, 'attributes'>({ name: 'attributes' })
  const { data: vocabulary } = useQuery(vocabularyQuery)
  const known = vocabulary?.attributes ?? {}

  function change(key: string, change: Partial<AttributeDraft>) {
    field.onChange(field.value.map((attribute) => (attribute.key === key ? { ...attribute, ...change } : attribute)))
  }

  return (
    <Card title={t`Attributes`}>
      <div className="grid gap-4">
        <p className="text-soft">
          <Trans>Facts such as material or origin. Shoppers see them on the product and filter lists by them.</Trans>
        </p>
        {field.value.map((attribute, index) => (
          <div
            key={attribute.key}
            className="grid grid-cols-[1fr_auto] items-start gap-3 sm:grid-cols-[12rem_1fr_auto]"
          >
            <Field name={`attributes.${index}.name`} label={t`Name`}>
              {(wiring) => (
                <Input
                  {...wiring}
                  value={attribute.name}
                  maxLength={60}
                  list="known-attributes"
                  onChange={(event) => change(attribute.key, { name: event.target.value })}
                />
              )}
            </Field>
            <Field
              name={`attributes.${index}.values`}
              label={t`Values`}
              className="max-sm:order-last max-sm:col-span-2"
            >
              {(wiring) => (
                <TokenInput
                  wiring={wiring}
                  value={attribute.values}
                  suggestions={known[attribute.name] ?? []}
                  onChange={(values) => change(attribute.key, { values })}
                />
              )}
            </Field>
            <Button
              tone="quiet"
              size="icon"
              className="mt-7.5"
              aria-label={t`Remove ${attribute.name}`}
              onClick={() => field.onChange(field.value.filter(({ key }) => key !== attribute.key))}
            >
              <Icon of={Trash2} size={18} />
            </Button>
          </div>
        ))}
        <datalist id="known-attributes">
          {Object.keys(known).map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <div>
          <Button
            tone="outline"
            size="small"
            onClick={() => field.onChange([...field.value, { key: newKey(), name: '', values: [] }])}
          >
            <Icon of={Plus} size={16} /> {t`Add an attribute`}
          </Button>
        </div>
      </div>
    </Card>
  )
}
