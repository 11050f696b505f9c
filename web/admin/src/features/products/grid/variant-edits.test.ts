// What is typed in a grid becomes the smallest change, and nothing wrong is sent.
import { expect, test } from 'vitest'
import type { Product, Variant } from '../api.ts'
import { patched } from '../patch.ts'
import { patchOf, problemIn } from './variant-edits.ts'

const money = (amount: number) => ({ amount, currency: 'EUR' })
const variant: Variant = {
  id: 'v',
  sku: 'MUG',
  title: '',
  options: {},
  price: money(1990),
  compare_at_price: money(2500),
  stock: 'in_stock',
  available: 5,
  weight_g: 340,
  tax_class: 'standard',
}

test('only what differs is changed', () => {
  expect(patchOf({ v: { price: '19.90', stock: '5' } }, variant)).toEqual({})
  expect(patchOf({ v: { price: '18', compareAt: '', stock: '8' } }, variant)).toEqual({
    price: 1800,
    compareAt: null,
    stockBy: 3,
  })
})

test('what cannot be is said, and never sent', () => {
  expect(problemIn({ v: { price: 'x' } }, variant, 'price')).toBe('no_amount')
  expect(patchOf({ v: { price: 'x' } }, variant)).toEqual({})
  expect(problemIn({ v: { stock: '-1' } }, variant, 'stock')).toBe('no_number')
  expect(problemIn({ v: { price: '30', compareAt: '25' } }, variant, 'compareAt')).toBe('not_reduced')
})

test('a patch leaves the rest of the product as it is', () => {
  const product = {
    title: 'Mug',
    slug: 'mug',
    status: 'draft',
    description: '<p>Clay</p>',
    price: money(1990),
    categories: [{ id: 'c', slug: 'kitchen', title: 'Kitchen' }],
    tags: ['gift'],
    attributes: { material: ['Clay'] },
    options: [],
    images: [{ url: '/media/a.jpg', alt: 'A mug' }],
    variants: [variant],
    seo: { title: null, description: null },
    metadata: { erp: 7 },
  } as unknown as Product
  const input = patched(product, { status: 'published', variants: new Map([['v', { price: 1800 }]]) })
  expect(input).toMatchObject({
    status: 'published',
    description: '<p>Clay</p>',
    categories: ['c'],
    attributes: { material: ['Clay'] },
    metadata: { erp: 7 },
    images: [{ url: '/media/a.jpg', alt: 'A mug' }],
    variants: [{ id: 'v', price: money(1800), compare_at_price: money(2500) }],
  })
  expect(input.variants[0]).not.toHaveProperty('stock')
})
