// Owns what the lists of orders need to offer an order again; the cart itself is another feature's.
import type { OrderSummary } from './api.ts'

export interface BuyAgain {
  run: (order: OrderSummary) => void
  /** The order whose things are being put into the cart. */
  busyId: string | undefined
  /** The order for which that failed, and the words for it. */
  failedId: string | undefined
  failure: string | undefined
}
