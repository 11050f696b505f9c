// Each state of a payment is one thing to the person who waits, and never a guess.
import { expect, test } from 'vitest'
import type { Payment } from './api.ts'
import { pauseMs, phaseOf } from './phase.ts'

type Order = Parameters<typeof phaseOf>[0]

const later = new Date(Date.now() + 600_000).toISOString()
const order = (wish: Partial<Order> = {}) => ({ status: 'pending', history: [], expires_at: later, ...wish }) as Order
const payment = (status: string, wish: Partial<Payment> = {}) => ({ ...wish, status }) as unknown as Payment
const cancelled = (reason: string) =>
  order({ status: 'cancelled', history: [{ at: later, kind: 'status', actor: 'orders', to: 'cancelled', reason }] })

test('money that has arrived or is held is paid once the order knows of it', () => {
  const known = order({ status: 'processing' })
  expect(phaseOf(known, payment('succeeded'), 0)).toBe('paid')
  expect(phaseOf(known, payment('requires_capture'), 0)).toBe('paid')
  expect(phaseOf(order(), payment('succeeded'), 0)).toBe('confirming')
  expect(phaseOf(order(), payment('succeeded'), 61_000)).toBe('paid')
})

test('what is not known yet is confirmed for a minute, then written about', () => {
  expect(phaseOf(order(), payment('processing'), 0)).toBe('confirming')
  expect(phaseOf(order(), payment('processing'), 61_000)).toBe('pending')
})

test('a step at the bank is asked for again once its answer had time to arrive', () => {
  expect(phaseOf(order(), payment('requires_action'), 1_000)).toBe('confirming')
  expect(phaseOf(order(), payment('requires_action'), 4_000)).toBe('action')
})

test('a refused card is no unpaid order', () => {
  const error = { code: 'card_declined', message: '' }
  expect(phaseOf(order(), payment('requires_payment_method', { last_error: error }), 0)).toBe('declined')
  expect(phaseOf(order(), null, 0)).toBe('unpaid')
})

test('an order that ran out of time is told from one that was cancelled', () => {
  expect(phaseOf(cancelled('expired'), null, 0)).toBe('expired')
  expect(phaseOf(cancelled('cancelled_by_customer'), null, 0)).toBe('cancelled')
  expect(phaseOf(order({ expires_at: '2020-01-01T00:00:00Z' }), null, 0)).toBe('expired')
})

test('looks grow apart', () => {
  expect([0, 1, 2, 3, 9].map(pauseMs)).toEqual([1000, 2000, 3000, 5000, 5000])
})
