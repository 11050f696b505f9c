// Owns what may be done with an order next, as far as the page can tell. The shop decides.
import type { OrderDetail, OrderLine } from './api.ts'
import type { PaymentDetail } from './payment-api.ts'
import type { Shipment } from './shipment-api.ts'

/** Shipments that can be handed over now. Nothing is shipped unpaid. */
export function toShip(order: OrderDetail, shipments: readonly Shipment[]): Shipment[] {
  return order.status === 'processing' ? shipments.filter(({ allowed }) => allowed.includes('ship')) : []
}

/** Pieces that are in no shipment, because one was cancelled. */
export function unassigned(order: OrderDetail, shipments: readonly Shipment[]): number {
  if (order.status !== 'processing') return 0
  const ordered = order.lines.reduce((sum, line) => sum + line.quantity, 0)
  const assigned = shipments
    .filter(({ status }) => status !== 'cancelled')
    .flatMap(({ items }) => items)
    .reduce((sum, { quantity }) => sum + quantity, 0)
  return Math.max(0, ordered - assigned)
}

export function canCancel(order: OrderDetail): boolean {
  const isOpen = order.status === 'pending' || order.status === 'processing'
  return isOpen && order.lines.every(({ shipped_quantity }) => shipped_quantity === 0)
}

/** Payments from which money can go back. */
export function refundable(payments: readonly PaymentDetail[]): PaymentDetail[] {
  return payments.filter(({ refundable: { amount } }) => amount > 0)
}

/** Pieces of a line that were delivered and have not come back. */
export function returnable(line: OrderLine): number {
  return Math.max(0, line.delivered_quantity - line.returned_quantity)
}
