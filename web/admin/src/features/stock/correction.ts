// Owns what each kind of correction does to the numbers of a SKU.
import type { Stock, StockChange } from './api.ts'

export const EVENTS = ['counted', 'received', 'written_off', 'damaged'] as const
export type StockEvent = (typeof EVENTS)[number]

export function changeOf(event: StockEvent, pieces: number, reason: string): StockChange {
  if (event === 'counted') return { on_hand: pieces, reason }
  return { adjust: event === 'received' ? pieces : -pieces, cause: event, reason }
}

/** How many pieces are on hand after it; damaged ones are kept apart. */
export function onHandAfter(stock: Stock, event: StockEvent, pieces: number): number {
  if (event === 'counted') return pieces
  return stock.on_hand + (event === 'received' ? pieces : -pieces)
}
