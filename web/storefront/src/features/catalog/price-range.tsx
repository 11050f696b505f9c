// Owns the filter by price: two amounts in the shop's currency, kept in minor units in the URL.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { decimalsOf, fromDecimal, toDecimal } from '@rialto/ui/currency.ts'
import { Input } from '@rialto/ui/input.tsx'
import { useId } from 'react'
import { text } from '#lib/search-params.ts'
import type { Facets } from './api.ts'
import { replaced } from './list-search.ts'
import type { List } from './use-list.ts'

export function PriceRange({ list, facet }: { list: List; facet: Facets['price'] }) {
  const { t } = useLingui()
  const id = useId()
  const currency = facet?.min.currency ?? 'EUR'

  function apply(form: FormData) {
    const from = minor(form.get('from'), currency)
    const to = minor(form.get('to'), currency)
    // Whoever swaps the two means the same.
    const [min, max] = from !== undefined && to !== undefined && from > to ? [to, from] : [from, to]
    list.change(replaced(replaced(list.search, 'min_price', asText(min)), 'max_price', asText(max)))
  }

  const min = text(list.search['min_price'])
  const max = text(list.search['max_price'])
  const fields = [
    { name: 'from', label: t`From`, value: min, placeholder: facet ? toDecimal(whole(facet.min, Math.floor)) : '' },
    { name: 'to', label: t`To`, value: max, placeholder: facet ? toDecimal(whole(facet.max, Math.ceil)) : '' },
  ]
  return (
    // What was applied, or cleared elsewhere, stands in the fields.
    <form
      key={`${min} ${max}`}
      className="grid grid-cols-2 gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        apply(new FormData(event.currentTarget))
      }}
    >
      {fields.map(({ name, label, value, placeholder }) => (
        <div key={name} className="grid gap-1">
          <label htmlFor={`${id}-${name}`} className="text-sm text-soft">
            {label} <span className="text-xs">({currency})</span>
          </label>
          <Input
            id={`${id}-${name}`}
            name={name}
            inputMode={decimalsOf(currency) > 0 ? 'decimal' : 'numeric'}
            autoComplete="off"
            placeholder={placeholder}
            defaultValue={value && toDecimal({ amount: Number(value), currency }).replace(/[.]0+$/, '')}
          />
        </div>
      ))}
      <Button type="submit" tone="outline" size="small" className="col-span-2">
        <Trans>Apply price</Trans>
      </Button>
    </form>
  )
}

function minor(typed: FormDataEntryValue | null, currency: string): number | undefined {
  const amount = fromDecimal(String(typed ?? ''), currency)
  return amount !== undefined && amount >= 0 ? amount : undefined
}

function asText(amount: number | undefined): string | undefined {
  return amount === undefined ? undefined : String(amount)
}

/** To whole units of the currency: nobody looks for "from 9.90". */
function whole({ amount, currency }: { amount: number; currency: string }, round: (value: number) => number) {
  const unit = 10 ** decimalsOf(currency)
  return { amount: round(amount / unit) * unit, currency }
}
