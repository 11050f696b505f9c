// Owns the filters that are on, each to be taken off, and all at once.
import { Trans, useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { X } from 'lucide-react'
import { cleared, type Filter, filtersOf, toggled } from './list-search.ts'
import type { List } from './use-list.ts'

export function FilterChips({ list }: { list: List }) {
  const { t } = useLingui()
  const words = useFilterWords(list)
  const filters = filtersOf(list.search)
  if (filters.length === 0) return null
  return (
    <ul aria-label={t`Filters that are on`} className="flex flex-wrap items-center gap-2">
      {filters.map((filter) => {
        const name = words(filter)
        return (
          <li key={`${filter.name}=${filter.value}`}>
            <button
              type="button"
              aria-label={t`Remove filter: ${name}`}
              onClick={() => list.change(toggled(list.search, filter))}
              className="inline-flex min-h-9 items-center gap-2 rounded-full bg-ink ps-4 pe-3 text-sm text-on-ink hover:bg-ink-hover"
            >
              {name}
              <Icon of={X} size={14} />
            </button>
          </li>
        )
      })}
      <li>
        <button
          type="button"
          onClick={() => list.change(cleared(list.search))}
          className="min-h-9 px-2 text-sm font-medium underline underline-offset-4 hover:text-accent"
        >
          <Trans>Clear all</Trans>
        </button>
      </li>
    </ul>
  )
}

/** A filter in words: "Oak", "from €20.00", "4 stars and more". */
export function useFilterWords(list: List): (filter: Filter) => string {
  const { t } = useLingui()
  const format = useFormat()
  const currency = list.first?.facets.price?.min.currency ?? list.products[0]?.price.currency ?? 'EUR'
  return ({ name, value }) => {
    if (name === 'in_stock') return value === 'true' ? t`In stock` : t`Sold out`
    if (name === 'rating') return t`${format.number(Number(value))} stars and more`
    if (name === 'min_price') return t`from ${format.money({ amount: Number(value), currency })}`
    if (name === 'max_price') return t`up to ${format.money({ amount: Number(value), currency })}`
    return value
  }
}
