// What can be sent back, and the arithmetic of it.
import { expect, test } from 'vitest'
import type { Order, OrderLine, Return } from './api.ts'
import { refundOf, returnable } from './returnable.ts'

function line(wish: Partial<OrderLine>): OrderLine {
  return {
    sku: 'MUG',
    quantity: 3,
    delivered_quantity: 3,
    returned_quantity: 0,
    total: { amount: 1000, currency: 'EUR' },
    ...wish,
  } as OrderLine
}

function order(...lines: OrderLine[]): Order {
  return { lines } as Order
}

function announced(status: Return['status'], quantity: number): Return {
  return { status, lines: [{ sku: 'MUG', quantity }] } as Return
}

test('what is announced or back cannot be sent back again', () => {
  const some = order(line({ returned_quantity: 1 }))
  expect(returnable(some, [announced('approved', 1)]).map(({ left }) => left)).toEqual([1])
  expect(returnable(some, [announced('requested', 2)])).toEqual([])
})

test('a return that was declined counts for nothing', () => {
  expect(returnable(order(line({})), [announced('declined', 3)])[0]?.left).toBe(3)
})

test('what was not delivered cannot be sent back', () => {
  expect(returnable(order(line({ delivered_quantity: 0 })), [])).toEqual([])
})

test('the last piece takes the remainder', () => {
  const [all] = returnable(order(line({})), [])
  const [last] = returnable(order(line({ returned_quantity: 2 })), [])
  if (!all || !last) throw new Error('nothing to return')
  expect([refundOf(all, 1).amount, refundOf(last, 1).amount, refundOf(all, 3).amount]).toEqual([333, 334, 1000])
})
