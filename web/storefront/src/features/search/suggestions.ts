// Owns the order of suggestions: queries to go on with, categories, then products. One list, so that arrows walk through it.
import type { NavigateOptions } from '@tanstack/react-router'
import type { Suggestions } from './api.ts'

type Place = Pick<NavigateOptions, 'to' | 'params'>

export type Suggestion =
  | { kind: 'query'; id: string; text: string }
  | { kind: 'category'; id: string; text: string; link: Place }
  | { kind: 'product'; id: string; text: string; link: Place; product: Suggestions['products'][number] }

const QUERIES_MAX = 3
const CATEGORIES_MAX = 2

export function suggestionsOf({ queries, categories, products }: Suggestions): Suggestion[] {
  return [
    ...queries.slice(0, QUERIES_MAX).map((text) => ({ kind: 'query' as const, id: `q ${text}`, text })),
    ...categories.slice(0, CATEGORIES_MAX).map((category) => ({
      kind: 'category' as const,
      id: category.id,
      text: category.title,
      link: { to: '/c/$slug', params: { slug: category.slug } } as const,
    })),
    ...products.map((product) => ({
      kind: 'product' as const,
      id: product.id,
      text: product.title,
      link: { to: '/p/$slug', params: { slug: product.slug } } as const,
      product,
    })),
  ]
}
