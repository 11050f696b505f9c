// What browsers say of themselves becomes what people call them.
import { expect, test } from 'vitest'
import { deviceOf } from './device.ts'

test('browsers and phones are recognised', () => {
  const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0'
  expect(deviceOf(firefox)).toEqual({ program: 'Firefox', system: 'Windows', isPhone: false })
  const safari =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1 Version/19.1 Mobile/15E148 Safari/604.1'
  expect(deviceOf(safari)).toEqual({ program: 'Safari', system: 'iPhone', isPhone: true })
})

test('a program that nobody knows keeps its own name', () => {
  expect(deviceOf('till/2.1')).toEqual({ program: 'till/2.1', system: undefined, isPhone: false })
})
