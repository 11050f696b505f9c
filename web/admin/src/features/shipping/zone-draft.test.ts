// A zone goes into its form and comes back as it was.
import { expect, test } from 'vitest'
import type { Zone } from './api.ts'
import { draftOf, fieldOfArea, valuesOf } from './zone-draft.ts'

const zone: Zone = {
  id: '1',
  name: 'South',
  delivered: true,
  areas: [
    { country: 'ES' },
    { country: '*' },
    { country: 'PT', postal_code: '9*' },
    { country: 'IT', region: 'IT-88' },
  ],
  rates: [],
  version: 1,
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
}

test('whole countries and parts of countries are told apart, and joined again', () => {
  const values = valuesOf(zone)
  expect(values.countries).toEqual(['ES'])
  expect(values.anywhere).toBe(true)
  expect(values.parts).toHaveLength(2)
  expect(draftOf(values).areas).toEqual(zone.areas)
})

test('what the shop says of an area is shown where it was typed', () => {
  const values = valuesOf(zone)
  expect(fieldOfArea(0, values)).toBe('countries')
  expect(fieldOfArea(3, values)).toBe('parts.1')
})
