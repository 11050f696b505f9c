// Owns the controls that filter the list of stock.
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { Select } from '@rialto/ui/select.tsx'
import type { StockFilter } from './api.ts'

const LOW = [0, 5, 10, 20]

interface StockFiltersProps {
  filter: StockFilter
  onChange: (change: StockFilter) => void
}

export function StockFilters({ filter, onChange }: StockFiltersProps) {
  const { t } = useLingui()
  return (
    <div className="flex flex-wrap items-end gap-3">
      <form
        key={filter.prefix}
        className="flex grow basis-72 items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          onChange({ prefix: String(new FormData(event.currentTarget).get('prefix') ?? '').trim() || undefined })
        }}
      >
        <Field name="prefix" label={t`SKU begins with`} className="min-w-0 grow">
          {(wiring) => <Input {...wiring} name="prefix" type="search" defaultValue={filter.prefix ?? ''} />}
        </Field>
        <Button type="submit" tone="outline" className="shrink-0">{t`Search`}</Button>
      </form>
      <Field name="low" label={t`Available`}>
        {(wiring) => (
          <Select
            {...wiring}
            value={filter.low ?? ''}
            onChange={(event) => onChange({ low: event.target.value === '' ? undefined : Number(event.target.value) })}
          >
            <option value="">{t`Any number`}</option>
            {LOW.map((low) => (
              <option key={low} value={low}>
                {low === 0 ? t`Sold out` : t`${low} or fewer`}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </div>
  )
}
