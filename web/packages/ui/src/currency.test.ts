// Money shows the decimals of ISO 4217, exactly, in every language.
import { expect, test } from 'vitest'
import { decimalsOf, formatMoney, fromDecimal, toDecimal } from './currency.ts'

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ').replaceAll(/[\u200e\u200f]/g, '')

test.each([
  [1999, 'EUR', 'en', '€19.99'],
  [1999, 'EUR', 'de', '19,99 €'],
  [1500, 'JPY', 'en', '¥1,500'],
  [12345, 'KWD', 'en', 'KWD 12.345'],
  [-5, 'EUR', 'en', '-€0.05'],
  [0, 'EUR', 'en', '€0.00'],
  // Locale data says no decimals for these two; ISO 4217 says otherwise.
  [1999, 'HUF', 'en', 'HUF 19.99'],
  [12345, 'IQD', 'en', 'IQD 12.345'],
])('%i %s in %s reads %s', (amount, currency, locale, text) => {
  expect(plain(formatMoney({ amount, currency }, locale))).toBe(text)
})

test('large amounts stay exact', () => {
  expect(toDecimal({ amount: 900719925474099, currency: 'EUR' })).toBe('9007199254740.99')
})

test('what people type becomes minor units, or nothing', () => {
  expect(fromDecimal('19,9', 'EUR')).toBe(1990)
  expect(fromDecimal('1500', 'JPY')).toBe(1500)
  expect(fromDecimal('15.5', 'JPY')).toBeUndefined()
  expect(fromDecimal('12.3456', 'KWD')).toBeUndefined()
  expect(fromDecimal('abc', 'EUR')).toBeUndefined()
})

test('an unlisted currency has two decimals', () => {
  expect(decimalsOf('PLN')).toBe(2)
})
