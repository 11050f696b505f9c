// A number becomes a token or nothing; nothing that is typed is anything else.
import { expect, test } from 'vitest'
import { asExpiry, grouped, isFuture, tokenOf } from './test-cards.ts'

test('test cards are known however they are written', () => {
  expect(tokenOf('4242 4242 4242 4242')).toBe('tok_visa')
  expect(tokenOf('4000-0027-6000-3184')).toBe('tok_threeDSecure2Required')
})

test('a card that is not a test card has no token', () => {
  expect(tokenOf('4539 5787 6362 1486')).toBeUndefined()
  expect(tokenOf('')).toBeUndefined()
})

test('numbers stand in the groups of the card', () => {
  expect(grouped('4242424242424242')).toBe('4242 4242 4242 4242')
  expect(grouped('378282246310005')).toBe('3782 822463 10005')
  expect(grouped('42424')).toBe('4242 4')
})

test('an expiry is a month that is not over', () => {
  expect(asExpiry('530')).toBe('05/30')
  expect(asExpiry('1230')).toBe('12/30')
  expect(isFuture('11/26', new Date(2026, 10, 28))).toBe(true)
  expect(isFuture('10/26', new Date(2026, 10, 28))).toBe(false)
  expect(isFuture('13/30')).toBe(false)
})
