// Owns the filters of a list: every facet with its counts. Values of one facet widen it, facets narrow each other.
import { Trans, useLingui } from '@lingui/react/macro'
import type { components } from '@rialto/api/schema.d.ts'
import { Checkbox } from '@rialto/ui/checkbox.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Stars } from '@rialto/ui/stars.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { ChevronDown } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { Facets } from './api.ts'
import { byImportance, useAttributeLabel } from './attribute-label.ts'
import { isOn, replaced, toggled } from './list-search.ts'
import { PriceRange } from './price-range.tsx'
import type { List } from './use-list.ts'

type FacetValue = components['schemas']['FacetValue']

/** So many groups are open from the start, and so many values stand in one before "more". */
const OPEN_FIRST = 4
const VALUES_SHOWN = 6

export function FacetGroups({ list, facets }: { list: List; facets: Facets }) {
  const { t } = useLingui()
  const label = useAttributeLabel()
  const groups = valueGroups(facets)
  return (
    <div className="grid">
      <InStock list={list} facets={facets} />
      <Group title={t`Price`} open>
        <PriceRange list={list} facet={facets.price} />
      </Group>
      {groups.map(({ name, values }, index) => (
        <Group key={name} title={label(name)} open={index < OPEN_FIRST || values.some(({ selected }) => selected)}>
          <Values list={list} name={name === 'vendor' ? name : `attr.${name}`} values={values} />
        </Group>
      ))}
      <Ratings list={list} facets={facets} />
    </div>
  )
}

interface ValueGroup {
  name: string
  values: FacetValue[]
}

/** A facet whose value all products share says nothing. Brands are attributes in some shops, makers in others. */
function valueGroups({ attributes, vendor }: Facets): ValueGroup[] {
  const known = attributes.map(({ name, values }) => ({ name, values }))
  const all = known.some(({ name }) => name === 'brand') ? known : [...known, { name: 'vendor', values: vendor }]
  return all.filter(({ values }) => values.length > 1 || values.some(({ selected }) => selected)).sort(byImportance)
}

function Group({ title, open, children }: { title: string; open: boolean; children: ReactNode }) {
  return (
    <details open={open} className="group/facet border-line border-t py-1 last:border-b">
      <summary className="flex min-h-11 list-none items-center justify-between font-medium [&::-webkit-details-marker]:hidden">
        {title}
        <Icon of={ChevronDown} size={18} className="text-soft transition-transform group-open/facet:rotate-180" />
      </summary>
      <div className="pb-3">{children}</div>
    </details>
  )
}

function Values({ list, name, values }: { list: List; name: string; values: readonly FacetValue[] }) {
  const [areAllShown, setAllShown] = useState(false)
  const shown = areAllShown ? values : values.filter(({ selected }, index) => selected || index < VALUES_SHOWN)
  return (
    <>
      <ul>
        {shown.map(({ value, label, count }) => {
          const filter = { name, value }
          return (
            <li key={value}>
              <Checkbox
                name={name}
                checked={isOn(list.search, filter)}
                onChange={() => list.change(toggled(list.search, filter))}
                label={label}
                aside={<Count of={count} />}
                className="min-h-9! py-1.5!"
              />
            </li>
          )
        })}
      </ul>
      {shown.length < values.length && (
        <button
          type="button"
          onClick={() => setAllShown(true)}
          className="min-h-9 text-sm font-medium text-accent hover:underline hover:underline-offset-4"
        >
          <Trans>Show all {values.length}</Trans>
        </button>
      )}
    </>
  )
}

function InStock({ list, facets }: { list: List; facets: Facets }) {
  const filter = { name: 'in_stock', value: 'true' }
  return (
    <Checkbox
      name="in_stock"
      role="switch"
      checked={isOn(list.search, filter)}
      onChange={() => list.change(toggled(list.search, filter))}
      label={<Trans>In stock only</Trans>}
      aside={<Count of={facets.in_stock.available} />}
      className="border-line border-t font-medium"
    />
  )
}

function Ratings({ list, facets }: { list: List; facets: Facets }) {
  const { t } = useLingui()
  const counted = facets.rating.filter(({ count, selected, at_least }) => (count > 0 && at_least > 2) || selected)
  if (counted.length === 0) return null
  return (
    <Group title={t`Rating`} open={counted.some(({ selected }) => selected)}>
      <ul>
        {counted.map(({ at_least, count }) => {
          const filter = { name: 'rating', value: String(at_least) }
          const checked = isOn(list.search, filter)
          return (
            <li key={at_least}>
              <Checkbox
                name="rating"
                checked={checked}
                onChange={() => list.change(replaced(list.search, 'rating', checked ? undefined : filter.value))}
                label={
                  <span className="inline-flex items-center gap-2">
                    <Stars average={at_least} /> <Trans>and more</Trans>
                  </span>
                }
                aside={<Count of={count} />}
                className="min-h-9! py-1.5!"
              />
            </li>
          )
        })}
      </ul>
    </Group>
  )
}

function Count({ of }: { of: number }) {
  const format = useFormat()
  return <span className="text-sm text-soft tabular-nums">{format.number(of)}</span>
}
