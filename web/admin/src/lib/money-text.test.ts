// What merchants type and paste from spreadsheets becomes minor units, or is refused; it is never guessed wrongly.
import { expect, test } from 'vitest'
import { amountOf, textOf } from './money-text.ts'

test.each([
  ['19.90', 'EUR', 1990],
  ['19,9', 'EUR', 1990],
  ['1.234,50 €', 'EUR', 123450],
  ['$1,234.50', 'USD', 123450],
  ["CHF 1'234.50", 'CHF', 123450],
  ['1 234,50', 'EUR', 123450],
  ['1.234', 'EUR', 123400],
  ['1,234,567', 'EUR', 123456700],
  ['1,500', 'JPY', 1500],
  ['1.234', 'KWD', 1234],
  ['15.5', 'JPY', undefined],
  ['12.345,678', 'EUR', undefined],
  ['', 'EUR', undefined],
  ['free', 'EUR', undefined],
])('%s in %s is %s', (text, currency, amount) => {
  expect(amountOf(text, currency)).toBe(amount)
})

test('an amount is shown with the decimal sign of the language', () => {
  expect(textOf({ amount: 1990, currency: 'EUR' }, 'en')).toBe('19.90')
  expect(textOf({ amount: 1990, currency: 'EUR' }, 'de')).toBe('19,90')
  expect(textOf(null, 'de')).toBe('')
})
