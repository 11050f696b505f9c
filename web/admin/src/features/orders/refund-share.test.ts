// Partial refunds of a line add up to the line, to the cent.
import { expect, test } from 'vitest'
import type { OrderLine } from './api.ts'
import { shareOf } from './refund-share.ts'

function line(total: number, tax: number, quantity: number, returned = 0): OrderLine {
  const money = (amount: number) => ({ amount, currency: 'EUR' })
  return {
    sku: 'MUG',
    product_id: '',
    slug: 'mug',
    title: 'Mug',
    variant_title: '',
    quantity,
    unit_price: money(total),
    subtotal: money(total),
    discount: money(0),
    total: money(total),
    tax: money(tax),
    taxes: [],
    shipped_quantity: quantity,
    delivered_quantity: quantity,
    returned_quantity: returned,
  }
}

test('the last piece takes the remainder', () => {
  const shares = [0, 1, 2].map((returned) => shareOf(line(1000, 160, 3, returned), 1, true))
  expect(shares).toEqual([
    { amount: 333, tax: 53 },
    { amount: 333, tax: 53 },
    { amount: 334, tax: 54 },
  ])
})

test('tax that was added goes back too', () => {
  expect(shareOf(line(1000, 190, 2), 2, false)).toEqual({ amount: 1190, tax: 190 })
})
