// The question of the try-it page survives the URL.
import { expect, test } from 'vitest'
import { goodsOf, itemsOf, questionOf } from './try-search.ts'

test('goods go into the URL and come back', () => {
  const goods = [
    { sku: 'MUG:S', quantity: 2 },
    { sku: 'POT', quantity: 1 },
  ]
  expect(goodsOf(itemsOf(goods))).toEqual(goods)
})

test('what is no list of goods is none', () => {
  expect(goodsOf('MUG,POT:0,:3,X:two')).toEqual([])
})

test('a question needs a country and goods', () => {
  expect(questionOf({ country: 'DE' })).toBeUndefined()
  expect(questionOf({ country: 'DE', items: 'POT:1' })).toEqual({
    destination: { country: 'DE' },
    items: [{ sku: 'POT', quantity: 1 }],
  })
})
