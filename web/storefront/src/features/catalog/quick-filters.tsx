// Owns the filters promoted above a list: what most people narrow it down by, one press away.
import { Trans, useLingui } from '@lingui/react/macro'
import { useFormat } from '@rialto/ui/use-format.ts'
import type { ReactNode } from 'react'
import type { Facets } from './api.ts'
import { byImportance } from './attribute-label.ts'
import { type Filter, isOn, toggled } from './list-search.ts'
import type { List } from './use-list.ts'

const ATTRIBUTES = 2
const VALUES = 2

export function QuickFilters({ list, facets }: { list: List; facets: Facets }) {
  const { t } = useLingui()
  const promoted = facets.attributes
    .filter(({ values }) => values.length > 1)
    .sort(byImportance)
    .slice(0, ATTRIBUTES)
  return (
    <ul
      aria-label={t`Quick filters`}
      className="-mx-4 flex gap-2 overflow-x-auto px-4 py-1 [scrollbar-width:none] sm:mx-0 sm:flex-wrap sm:px-0"
    >
      <Quick list={list} filter={{ name: 'in_stock', value: 'true' }}>
        <Trans>In stock</Trans>
      </Quick>
      {promoted.flatMap(({ name, values }) =>
        values.slice(0, VALUES).map(({ value, label, count }) => (
          <Quick key={`${name} ${value}`} list={list} filter={{ name: `attr.${name}`, value }} count={count}>
            {label}
          </Quick>
        )),
      )}
    </ul>
  )
}

interface QuickProps {
  list: List
  filter: Filter
  count?: number
  children: ReactNode
}

function Quick({ list, filter, count, children }: QuickProps) {
  const format = useFormat()
  return (
    <li className="shrink-0">
      <button
        type="button"
        aria-pressed={isOn(list.search, filter)}
        onClick={() => list.change(toggled(list.search, filter))}
        className="inline-flex min-h-10 items-center gap-2 rounded-full border border-edge px-4 text-sm transition-colors hover:border-ink hover:bg-sunken aria-pressed:border-ink aria-pressed:bg-ink aria-pressed:text-on-ink"
      >
        {children}
        {count !== undefined && <span className="opacity-75 tabular-nums">{format.number(count)}</span>}
      </button>
    </li>
  )
}
