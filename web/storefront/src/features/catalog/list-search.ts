// Owns what a list of products goes by, as it stands in the URL: the API's own parameter names, and the page shown.
import { type SearchParams, text } from '#lib/search-params.ts'

export const SORTS = ['relevance', 'newest', 'price', '-price', 'rating', 'title'] as const
export type Sort = (typeof SORTS)[number]

/** As many as the gateway's first screen brings along. */
const LIMIT = '24'
const NAMES = new Set(['q', 'tag', 'vendor', 'min_price', 'max_price', 'in_stock', 'rating', 'sort'])
/** These say how and what to look for; all others narrow it down, and can be cleared. */
const NOT_FILTERS = new Set(['q', 'sort', 'page'])

export interface Filter {
  name: string
  value: string
}

/** What of a URL concerns a list. Campaign tags and the like fall out. */
export function readListSearch(search: SearchParams): SearchParams {
  const known = Object.entries(search).filter(([name, value]) => value?.length && (isKnown(name) || name === 'page'))
  return Object.fromEntries(known)
}

/** The query of the API for a list. The gateway makes the same text of the same URL, and names its answer by it. */
export function listQuery(search: SearchParams, category?: string): string {
  const own = Object.entries(search).flatMap(([name, value]) =>
    isKnown(name) ? [value ?? []].flat().map((each): [string, string] => [name, each]) : [],
  )
  return canonical([...own, ...(category ? [['category', category] as [string, string]] : []), ['limit', LIMIT]])
}

export function canonical(pairs: readonly [string, string][]): string {
  const sorted = [...pairs].sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
  const once = sorted.filter(([a, x], at) => x !== '' && (a !== sorted[at - 1]?.[0] || x !== sorted[at - 1]?.[1]))
  return new URLSearchParams(once).toString()
}

export function filtersOf(search: SearchParams): Filter[] {
  return Object.entries(search).flatMap(([name, value]) =>
    NOT_FILTERS.has(name) ? [] : [value ?? []].flat().map((each) => ({ name, value: each })),
  )
}

export function isOn(search: SearchParams, { name, value }: Filter): boolean {
  return [search[name] ?? []].flat().includes(value)
}

/** Adds an alternative to a filter, or takes it out. What was shown of the list before counts no more. */
export function toggled(search: SearchParams, filter: Filter): SearchParams {
  const values = [search[filter.name] ?? []].flat()
  const next = isOn(search, filter) ? values.filter((value) => value !== filter.value) : [...values, filter.value]
  return { ...search, [filter.name]: next.length > 0 ? next : undefined, page: undefined }
}

/** One value in the place of any other; none clears it. */
export function replaced(search: SearchParams, name: string, value: string | undefined): SearchParams {
  return { ...search, [name]: value || undefined, page: undefined }
}

export function cleared(search: SearchParams): SearchParams {
  return Object.fromEntries(Object.entries(search).filter(([name]) => name === 'q' || name === 'sort'))
}

/** How many parts of the list are shown. */
export function pageOf(search: SearchParams): number {
  const page = Number(text(search['page']))
  return Number.isInteger(page) && page > 1 && page <= 40 ? page : 1
}

export function sortOf(search: SearchParams): Sort | undefined {
  const sort = text(search['sort'])
  return SORTS.find((known) => known === sort)
}

function isKnown(name: string): boolean {
  return NAMES.has(name) || (name.startsWith('attr.') && name !== 'attr.')
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
