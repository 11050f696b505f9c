// Variants follow the options: nothing that is sold is lost by a new name, a new value or a new option.
import { expect, test } from 'vitest'
import type { VariantDraft } from '../form/product-form.ts'
import { editedOptions, plan, skuFor, variantsOf } from './plan.ts'

function variant(sku: string, options: Record<string, string>): VariantDraft {
  const plain = { compareAt: '', stock: '3', weight: '10', barcode: '', taxClass: 'standard', image: '' }
  return { key: sku, id: sku, sku, options, price: '10.00', ...plain }
}

const colour = { key: 'colour', name: 'Colour', was: 'Colour', values: ['Sand', 'Moss'] }
const options = [{ name: 'Colour', values: ['Sand', 'Moss'] }]
const sand = variant('SAND', { Colour: 'Sand' })
const moss = variant('MOSS', { Colour: 'Moss' })

test('a new value makes a new variant, the others stay', () => {
  const { combinations, removed } = plan([{ ...colour, values: ['Sand', 'Moss', 'Clay'] }], options, [sand, moss])
  expect(combinations.map((row) => [row.variant?.sku, row.isNew])).toEqual([
    ['SAND', false],
    ['MOSS', false],
    [undefined, true],
  ])
  expect(removed).toEqual([])
})

test('a renamed option keeps its variants', () => {
  const { combinations } = plan([{ ...colour, name: 'Glaze' }], options, [sand, moss])
  const made = variantsOf(combinations, undefined, 'Mug')
  expect(made.map(({ id, options }) => [id, options])).toEqual([
    ['SAND', { Glaze: 'Sand' }],
    ['MOSS', { Glaze: 'Moss' }],
  ])
})

test('a new option gives its first value to what is there', () => {
  const edited = [...editedOptions(options), { key: 'new', name: 'Size', values: ['S', 'L'] }]
  const { combinations } = plan(edited, options, [sand, moss])
  expect(combinations.map((row) => row.variant?.sku)).toEqual(['SAND', undefined, 'MOSS', undefined])
})

test('the first options of a plain product keep its one variant', () => {
  const edited = [{ key: 'new', name: 'Size', values: ['S', 'L'] }]
  const { combinations, removed } = plan(edited, [], [variant('MUG', {})])
  expect(combinations.map((row) => row.variant?.sku)).toEqual(['MUG', undefined])
  expect(removed).toEqual([])
})

test('a value that goes takes its variant along, and a combination left out stays out', () => {
  expect(plan([{ ...colour, values: ['Sand'] }], options, [sand, moss]).removed).toEqual([moss])
  expect(plan([colour], options, [sand]).combinations[1]).toEqual({ options: { Colour: 'Moss' }, isNew: false })
})

test('SKUs are made of title and values, without repeating', () => {
  expect(skuFor('Ærø Køkken', { Colour: 'Grün', Size: '1 l' })).toBe('R-K-KKEN-GRUN-1-L')
  const chosen = [
    { options: { Size: 'a!' }, isNew: true },
    { options: { Size: 'a?' }, isNew: true },
  ]
  expect(variantsOf(chosen, sand, 'Mug').map(({ sku, price }) => [sku, price])).toEqual([
    ['MUG-A', '10.00'],
    ['MUG-A-2', '10.00'],
  ])
})
