// Owns what a payment's state means to the person who waits for it.
import type { components } from '@rialto/api/schema.d.ts'
import type { Payment } from './api.ts'

type Order = components['schemas']['OrderView']

export type Phase = 'confirming' | 'paid' | 'pending' | 'action' | 'declined' | 'unpaid' | 'cancelled' | 'expired'

/** After this long nobody should have to look at the page any more. */
const PATIENCE_MS = 60_000
/** The bank's answer may come a moment after the buyer. */
const ANSWER_MS = 3_500

/** Pauses between looks, in seconds; the last one repeats. */
const PAUSES = [1, 2, 3, 5]

export function pauseMs(looks: number): number {
  return (PAUSES[looks] ?? PAUSES.at(-1) ?? 5) * 1000
}

export function phaseOf(order: Order, payment: Payment | null, waitedMs: number): Phase {
  // The schema's words are those of another status; see what the payments service answers.
  const status: string = payment?.status ?? 'none'
  if (status === 'succeeded' || status === 'requires_capture') {
    // The order hears of it a moment later, and until then would ask to be paid.
    return order.status === 'pending' && waitedMs < PATIENCE_MS ? 'confirming' : 'paid'
  }
  if (order.status === 'cancelled') {
    const reason = order.history.findLast(({ to }) => to === 'cancelled')?.reason
    return reason === 'expired' ? 'expired' : 'cancelled'
  }
  if (order.status !== 'pending') return 'paid'
  if (status === 'requires_action') return waitedMs < ANSWER_MS ? 'confirming' : 'action'
  if (status === 'processing' || status === 'conflicted') return waitedMs < PATIENCE_MS ? 'confirming' : 'pending'
  if (order.expires_at && new Date(order.expires_at) <= new Date()) return 'expired'
  if (payment?.last_error) return 'declined'
  return 'unpaid'
}

/** Whether another look may bring something new by itself. */
export function isOpen(phase: Phase): boolean {
  return phase === 'confirming' || phase === 'pending' || phase === 'action'
}
