// Owns the reading and writing of search parameters: plain names and texts, so that pages, gateway and API agree on them.

/** A parameter that stands several times in a URL is a list. */
export type SearchParams = Record<string, string | string[] | undefined>

/** The router's own way would write lists as JSON, and read `?q=42` as a number. */
export function parseSearch(search: string): SearchParams {
  const params: SearchParams = {}
  for (const [name, value] of new URLSearchParams(search)) {
    const before = params[name]
    params[name] = before === undefined ? value : [before, value].flat()
  }
  return params
}

export function stringifySearch(params: Record<string, unknown>): string {
  const pairs = Object.entries(params).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((each) => each !== undefined && each !== null && each !== '')
      .map((each) => [name, String(each)]),
  )
  return pairs.length > 0 ? `?${new URLSearchParams(pairs)}` : ''
}

export function text(value: unknown): string | undefined {
  const [first] = Array.isArray(value) ? value : [value]
  if (typeof first === 'string') return first || undefined
  return typeof first === 'number' || typeof first === 'boolean' ? String(first) : undefined
}

/** A path of this shop, so that nobody is sent to another site after signing in. */
export function localPath(value: unknown): string | undefined {
  return typeof value === 'string' && /^\/(?![/\\])/.test(value) ? value : undefined
}
