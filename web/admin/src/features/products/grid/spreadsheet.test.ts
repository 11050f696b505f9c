// A copied column of a spreadsheet lands where it was meant to.
import { expect, test } from 'vitest'
import { cellsOf, pasted } from './spreadsheet.ts'

test('a column and a block are told from a single text', () => {
  expect(cellsOf('12,90\r\n13,90\r\n')).toEqual([['12,90'], ['13,90']])
  expect(cellsOf('1\t2\n3\t4')).toEqual([
    ['1', '2'],
    ['3', '4'],
  ])
  expect(cellsOf('12,90')).toBeUndefined()
  expect(cellsOf('"a ""b"""\tc')).toEqual([['a "b"', 'c']])
})

test('a block is laid downwards and onwards, and cut at the edge', () => {
  const cells = [
    ['1', '2'],
    ['3', '4'],
    ['5', '6'],
  ]
  expect(pasted(cells, { row: 'b', field: 'stock' }, ['a', 'b', 'c'], ['price', 'stock'])).toEqual([
    { row: 'b', field: 'stock', value: '1' },
    { row: 'c', field: 'stock', value: '3' },
  ])
})
