// Owns the controls that filter the list of products.
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { Select } from '@rialto/ui/select.tsx'
import { type Facets, type ProductFilter, STATUSES } from '../api.ts'
import { STATUS_WORDS } from '../form/product-words.ts'

interface ProductFiltersProps {
  filter: ProductFilter
  /** What there is to filter by; absent while the list is loading. */
  facets: Facets | undefined
  onChange: (change: ProductFilter) => void
}

export function ProductFilters({ filter, facets, onChange }: ProductFiltersProps) {
  const { t, i18n } = useLingui()
  const counted = (values: Facets['vendor'] = []) =>
    values.map(({ value, label, count }) => ({ value, label: `${label} (${count})` }))
  const selects = [
    {
      name: 'status',
      label: t`Status`,
      options: STATUSES.map((value) => ({ value, label: i18n._(STATUS_WORDS[value].word) })),
    },
    { name: 'category', label: t`Category`, options: counted(facets?.category) },
    {
      name: 'stock',
      label: t`Stock`,
      options: [
        { value: 'in', label: t`In stock` },
        { value: 'out', label: t`Sold out` },
      ],
    },
    { name: 'vendor', label: t`Vendor`, options: counted(facets?.vendor) },
  ] as const

  return (
    <div className="flex flex-wrap items-end gap-3">
      <form
        key={filter.q}
        className="flex grow basis-64 items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          const q = String(new FormData(event.currentTarget).get('q') ?? '').trim()
          onChange({ q: q || undefined })
        }}
      >
        <Field name="q" label={t`Title, SKU or barcode`} className="min-w-0 grow">
          {(wiring) => <Input {...wiring} name="q" type="search" defaultValue={filter.q ?? ''} />}
        </Field>
        <Button type="submit" tone="outline" className="shrink-0">{t`Search`}</Button>
      </form>
      {selects.map(({ name, label, options }) => (
        <Field key={name} name={name} label={label}>
          {(wiring) => (
            <Select
              {...wiring}
              value={filter[name] ?? ''}
              className="max-w-44"
              onChange={(event) => onChange({ [name]: event.target.value || undefined })}
            >
              <option value="">{t`Any`}</option>
              {options.map((option) => (
                <option key={option.value} value={option.value}>
                  {option.label}
                </option>
              ))}
            </Select>
          )}
        </Field>
      ))}
    </div>
  )
}
