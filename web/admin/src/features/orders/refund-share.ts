// Owns how much of a line's money belongs to some of its pieces; the shop shares out in the same way.
import type { OrderLine } from './api.ts'

export interface Share {
  amount: number
  tax: number
}

/** What `quantity` more pieces of a line are worth, after those that came back before. */
export function shareOf(line: OrderLine, quantity: number, isTaxIncluded: boolean): Share {
  const part = (minor: number) => share(minor, line.quantity, line.returned_quantity, quantity)
  const [goods, tax] = [part(line.total.amount), part(line.tax.amount)]
  return { amount: isTaxIncluded ? goods : goods + tax, tax }
}

/** Each piece gets the same, the last one also what is left. */
function share(minor: number, ordered: number, before: number, quantity: number): number {
  const each = Math.trunc(minor / Math.max(1, ordered))
  const upTo = (pieces: number) => (pieces >= ordered ? minor : each * pieces)
  return upTo(before + quantity) - upTo(before)
}
