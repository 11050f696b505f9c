// A CSV file survives commas and quotes, and never carries a formula.
import { expect, test } from 'vitest'
import { toCsv } from './csv.ts'

test('cells are quoted where they must be', () => {
  expect(toCsv([['a,b', 'say "hi"', 3]])).toBe('"a,b","say ""hi""",3\r\n')
})

test('what looks like a formula is text', () => {
  expect(toCsv([['=1+1', '@sum', -5]])).toBe("'=1+1,'@sum,-5\r\n")
})
