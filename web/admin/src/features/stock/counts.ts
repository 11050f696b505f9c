// Owns counted numbers while they are typed.
import type { StockCount } from './api.ts'

/** What was typed, by SKU. */
export type Counts = Readonly<Record<string, string>>

export function isCount(text: string): boolean {
  return /^\s*\d{1,9}\s*$/.test(text)
}

/** What was counted; fields that are empty were not. */
export function countedOf(counts: Counts): StockCount['items'] {
  return Object.entries(counts)
    .filter(([, text]) => isCount(text))
    .map(([sku, text]) => ({ sku, on_hand: Number(text) }))
}

export function hasWrong(counts: Counts): boolean {
  return Object.values(counts).some((text) => text.trim() !== '' && !isCount(text))
}
