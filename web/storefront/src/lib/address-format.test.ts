// Postcodes are taken as people write them, and what cannot be one is noticed.
import { expect, test } from 'vitest'
import { addressFormat, isPostcode } from './address-format.ts'

test.each([
  ['DE', '10115', true],
  ['DE', '1011', false],
  ['NL', '1011AB', true],
  ['NL', '1011 ab', true],
  ['PL', '00-950', true],
  ['PL', '00950', true],
  ['GB', 'sw1a1aa', true],
  ['GB', '10115', false],
  ['US', '20500-0003', true],
  ['CA', 'K1A0B1', true],
  ['SE', '11120', true],
])('in %s, %s is a postcode: %s', (country, text, isOne) => {
  expect(isPostcode(country, text)).toBe(isOne)
})

test('every example is a postcode of its country', () => {
  for (const country of ['AT', 'GB', 'IE', 'LV', 'MT', 'US', 'CA', 'CZ', 'JP', 'BR', 'PT', 'NL']) {
    expect(isPostcode(country, addressFormat(country).postcode?.example ?? ''), country).toBe(true)
  }
})

test('fields follow the country: the Emirates have no postcodes, Americans write the state between city and ZIP', () => {
  expect(addressFormat('AE').place).toEqual(['city', 'region'])
  expect(addressFormat('US').place).toEqual(['city', 'region', 'postal_code'])
  expect(addressFormat('DE').place).toEqual(['postal_code', 'city'])
})

test('of a country that is not listed, any postcode is taken', () => {
  expect(addressFormat('PE')).toEqual({ place: ['postal_code', 'city'] })
})
