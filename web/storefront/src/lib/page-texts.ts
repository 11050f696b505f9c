// Owns which parts of the texts a page needs; what is in each part says `message-parts.ts`.
export type Part = 'late' | 'more' | 'other'

const BROWSING = /^\/($|c\/|p\/|search)/
const BUYING = /^\/(cart|checkout|login|register|reset)\/?$/

/** Of the page at a path, without its language. */
export function partsOf(path: string): Part[] {
  if (BROWSING.test(path)) return []
  return BUYING.test(path) ? ['more'] : ['late', 'more', 'other']
}
