// Periods include both ends, and long ones are cut more coarsely.
import { expect, test } from 'vitest'
import { intervalOf, isDay, periodOf } from './period.ts'

const today = new Date(2026, 10, 28, 15)

test('seven days end today', () => {
  expect(periodOf('7d', today)).toEqual({ from: '2026-11-22', to: '2026-11-28' })
  expect(periodOf('today', today)).toEqual({ from: '2026-11-28', to: '2026-11-28' })
})

test('the longer the period, the coarser', () => {
  expect(intervalOf(periodOf('30d', today))).toBe('day')
  expect(intervalOf(periodOf('90d', today))).toBe('week')
  expect(intervalOf(periodOf('12m', today))).toBe('month')
})

test('only days are days', () => {
  expect(isDay('2026-02-30x')).toBe(false)
  expect(isDay('2026-11-28')).toBe(true)
  expect(isDay(undefined)).toBe(false)
})
