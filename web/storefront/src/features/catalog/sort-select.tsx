// Owns the order of a list.
import { useLingui } from '@lingui/react/macro'
import { Select } from '@rialto/ui/select.tsx'
import { text } from '#lib/search-params.ts'
import { replaced, type Sort, sortOf } from './list-search.ts'
import type { List } from './use-list.ts'

export function SortSelect({ list }: { list: List }) {
  const { t } = useLingui()
  // Without words to look for, nothing is more relevant than another.
  const natural: Sort = text(list.search['q']) ? 'relevance' : 'newest'
  const words: Partial<Record<Sort, string>> = {
    ...(natural === 'relevance' && { relevance: t`Best match` }),
    newest: t`Newest first`,
    price: t`Price: low to high`,
    '-price': t`Price: high to low`,
    rating: t`Best rated`,
    title: t`By name`,
  }
  return (
    <div className="flex items-center gap-2">
      <label htmlFor="sort" className="text-sm whitespace-nowrap text-soft max-sm:sr-only">{t`Sort by`}</label>
      <Select
        id="sort"
        name="sort"
        value={sortOf(list.search) ?? natural}
        onChange={(event) => {
          const { value } = event.target
          list.change(replaced(list.search, 'sort', value === natural ? undefined : value))
        }}
        className="bg-transparent"
      >
        {Object.entries(words).map(([sort, label]) => (
          <option key={sort} value={sort}>
            {label}
          </option>
        ))}
      </Select>
    </div>
  )
}
