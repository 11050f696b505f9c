// Checks which page a measurement is of.
import { expect, test } from 'vitest'
import { kindOf } from './vitals.ts'

test.each([
  ['/', 'home'],
  ['/de', 'home'],
  ['/de/', 'home'],
  ['/c/kitchen', 'list'],
  ['/ar/search', 'list'],
  ['/p/oak-desk-lamp', 'product'],
  ['/de/cart', 'cart'],
  ['/checkout/result', 'checkout'],
  ['/account', 'other'],
])('%s is of the kind %s', (path, kind) => expect(kindOf(path)).toBe(kind))
