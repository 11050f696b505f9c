// Owns the heading of a column that can be sorted. The order is the server's; the page keeps it in the URL.
import { Icon } from '@rialto/ui/icon.tsx'
import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'

export interface Sort {
  /** What the API's `sort` takes, without a sign, by the id of each column that can be sorted. */
  keys: Readonly<Record<string, string>>
  value: string | undefined
  onChange: (value: string) => void
}

interface SortButtonProps {
  sort: Sort | undefined
  column: string
  children: ReactNode
}

export function SortButton({ sort, column, children }: SortButtonProps) {
  const key = sort?.keys[column]
  if (!sort || !key) return children
  const isUp = sort.value === key
  const isDown = sort.value === `-${key}`
  return (
    <button
      type="button"
      onClick={() => sort.onChange(isUp ? `-${key}` : key)}
      className="-mx-2 inline-flex min-h-9 items-center gap-1 rounded-control px-2 hover:bg-sunken hover:text-ink"
    >
      {children}
      {isUp && <Icon of={ArrowUp} size={14} />}
      {isDown && <Icon of={ArrowDown} size={14} />}
    </button>
  )
}

export function ariaSort(sort: Sort | undefined, column: string): 'ascending' | 'descending' | undefined {
  const key = sort?.keys[column]
  if (!sort || !key) return undefined
  if (sort.value === key) return 'ascending'
  return sort.value === `-${key}` ? 'descending' : undefined
}
