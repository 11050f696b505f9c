// Owns the question of the try-it page as the URL has it: `?country=DE&postal_code=20457&items=MUG-S:2,POT:1`.
import type { TrialQuestion } from './api.ts'

export interface TrySearch {
  country?: string
  region?: string
  postal_code?: string
  items?: string
}

/** Undefined as long as the question is not complete. */
export function questionOf({ country, region, postal_code, items }: TrySearch): TrialQuestion | undefined {
  const goods = goodsOf(items)
  if (!country || goods.length === 0) return undefined
  return {
    destination: { country, ...(region && { region }), ...(postal_code && { postal_code }) },
    items: goods,
  }
}

export function goodsOf(items: string | undefined): TrialQuestion['items'] {
  return (items ?? '').split(',').flatMap((item) => {
    const at = item.lastIndexOf(':')
    const sku = item.slice(0, at)
    const quantity = Number(item.slice(at + 1))
    return sku && Number.isInteger(quantity) && quantity > 0 ? [{ sku, quantity }] : []
  })
}

export function itemsOf(goods: TrialQuestion['items']): string | undefined {
  return goods.map(({ sku, quantity }) => `${sku}:${quantity}`).join(',') || undefined
}
