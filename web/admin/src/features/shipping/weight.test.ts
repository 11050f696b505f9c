// What people write becomes grams, exactly, or nothing.
import { expect, test } from 'vitest'
import { fromKilograms, toKilograms } from './weight.ts'

test('weights go there and back', () => {
  expect(fromKilograms('31.5')).toBe(31_500)
  expect(fromKilograms(' 0,29 ')).toBe(290)
  expect(fromKilograms('2')).toBe(2_000)
  expect(toKilograms(31_500)).toBe('31.5')
})

test('what is no weight is none', () => {
  for (const text of ['', 'heavy', '-1', '1.2345', '1.']) expect(fromKilograms(text)).toBeUndefined()
})
