// Owns what of an order can be sent back, and what it brings: the same rules the shop decides by.
import type { MoneyValue } from '@rialto/ui/currency.ts'
import type { Order, OrderLine, Return } from './api.ts'

/** Returns whose goods have not arrived yet. */
const EXPECTED = new Set<Return['status']>(['requested', 'approved', 'label_sent', 'in_transit'])

export interface Returnable {
  line: OrderLine
  /** Pieces that are neither back nor announced. */
  left: number
}

export function returnable(order: Pick<Order, 'lines'>, returns: readonly Return[]): Returnable[] {
  const announced = new Map<string, number>()
  for (const { status, lines } of returns) {
    if (!EXPECTED.has(status)) continue
    for (const { sku, quantity } of lines) announced.set(sku, (announced.get(sku) ?? 0) + quantity)
  }
  return order.lines
    .map((line) => ({
      line,
      left: line.delivered_quantity - line.returned_quantity - (announced.get(line.sku) ?? 0),
    }))
    .filter(({ left }) => left > 0)
}

/** What the goods bring back: each piece the same, the last one also what is left of the line. */
export function refundOf({ line, left }: Returnable, quantity: number): MoneyValue {
  const each = Math.trunc(line.total.amount / line.quantity)
  const before = line.delivered_quantity - left
  const upTo = (pieces: number) => (pieces >= line.quantity ? line.total.amount : each * pieces)
  return { amount: upTo(before + quantity) - upTo(before), currency: line.total.currency }
}

/** Before anything of it is on its way, a buyer may cancel. */
export function isCancellable(order: Order): boolean {
  const nothingSent = order.lines.every((line) => line.shipped_quantity === 0)
  return (order.status === 'pending' || order.status === 'processing') && nothingSent
}
