// What can be chosen together, and what gives way to what.
import { expect, test } from 'vitest'
import type { Product } from './api.ts'
import { choiceOf, chosen, missingOptions, stateOf, variantFor } from './variant-choice.ts'

const product = {
  options: [
    { name: 'Colour', values: ['Sand', 'Moss'] },
    { name: 'Size', values: ['S', 'L'] },
    { name: 'Material', values: ['Linen'] },
  ],
  variants: [
    { sku: 'SAND-S', options: { Colour: 'Sand', Size: 'S', Material: 'Linen' }, stock: 'in_stock' },
    { sku: 'SAND-L', options: { Colour: 'Sand', Size: 'L', Material: 'Linen' }, stock: 'out_of_stock' },
    { sku: 'MOSS-S', options: { Colour: 'Moss', Size: 'S', Material: 'Linen' }, stock: 'low_stock' },
  ],
} as unknown as Product

test('an option with one value is chosen already, the others are missing', () => {
  const choice = choiceOf(product, undefined)
  expect(choice).toEqual({ Material: 'Linen' })
  expect(missingOptions(product, choice)).toEqual(['Colour', 'Size'])
  expect(variantFor(product, choice)).toBeUndefined()
})

test('all options chosen lead to a variant, and its address back to them', () => {
  const choice = { Colour: 'Moss', Size: 'S', Material: 'Linen' }
  expect(variantFor(product, choice)?.sku).toBe('MOSS-S')
  expect(choiceOf(product, 'MOSS-S')).toEqual(choice)
})

test('values say whether they can be had with the rest', () => {
  expect(stateOf(product, { Colour: 'Moss' }, 'Size', 'L')).toBe('impossible')
  expect(stateOf(product, { Colour: 'Sand' }, 'Size', 'L')).toBe('sold_out')
  expect(stateOf(product, {}, 'Size', 'S')).toBe('available')
})

test('what cannot be had with the last choice gives way', () => {
  expect(chosen(product, { Colour: 'Moss', Size: 'S', Material: 'Linen' }, 'Size', 'L')).toEqual({
    Size: 'L',
    Material: 'Linen',
  })
})
