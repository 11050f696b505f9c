// Nobody is led past a section that is not complete, whatever the URL says.
import { expect, test } from 'vitest'
import type { Cart } from './api.ts'
import { stepFor } from './steps.ts'

const address = { name: 'Ada', line1: 'Torstraße 1', city: 'Berlin', postal_code: '10119', country: 'DE' }
const money = { amount: 490, currency: 'EUR' }
const shipping = { carrier: 'sandbox', service: 'Standard', price: money, min_days: 1, max_days: 3 }
const cart = (wish: Partial<Cart>) => wish as Cart

test('an untouched cart begins with the contact', () => {
  expect(stepFor(cart({}), undefined)).toBe('contact')
  expect(stepFor(cart({}), 'payment')).toBe('contact')
})

test('a cart with an address goes on to the delivery', () => {
  const addressed = cart({ email: 'ada@example.org', shipping_address: address })
  expect(stepFor(addressed, undefined)).toBe('delivery')
  expect(stepFor(addressed, 'payment')).toBe('delivery')
})

test('a complete cart is ready to be paid, and every section can be opened again', () => {
  const complete = cart({ email: 'ada@example.org', shipping_address: address, shipping })
  expect(stepFor(complete, undefined)).toBe('payment')
  expect(stepFor(complete, 'contact')).toBe('contact')
})
