// The editor refuses what the shop would refuse, and nothing else.
import { expect, test } from 'vitest'
import type { ProductForm } from './product-form.ts'
import { isGtin, productSchema } from './product-schema.ts'

const mug: ProductForm = {
  title: 'Mug',
  slug: 'mug',
  status: 'draft',
  description: '',
  vendor: '',
  categories: [],
  tags: [],
  attributes: [],
  options: [],
  images: [],
  variants: [
    {
      key: 'a',
      sku: 'MUG',
      options: {},
      price: '19,90',
      compareAt: '',
      stock: '4',
      weight: '340',
      barcode: '',
      taxClass: 'standard',
      image: '',
    },
  ],
  seoTitle: '',
  seoDescription: '',
}

function refused(change: (form: ProductForm) => void): string[] {
  const form = structuredClone(mug)
  change(form)
  const { error } = productSchema('EUR').safeParse(form)
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`)
}

const picture = { key: 'p', url: '/media/p.jpg', alt: '', isDecorative: false, thumb: '', name: '' }

test('a good product passes', () => {
  expect(refused(() => undefined)).toEqual([])
})

test.each<[string, (form: ProductForm) => void]>([
  ['title required', (form) => Object.assign(form, { title: ' ' })],
  ['slug no_slug', (form) => Object.assign(form, { slug: 'Not a slug' })],
  ['variants.0.price no_amount', (form) => Object.assign(form.variants[0] ?? {}, { price: 'much' })],
  ['variants.0.compareAt not_reduced', (form) => Object.assign(form.variants[0] ?? {}, { compareAt: '19.90' })],
  ['variants.0.barcode no_gtin', (form) => Object.assign(form.variants[0] ?? {}, { barcode: '4006381333932' })],
  ['variants.1.sku duplicate', (form) => form.variants.push(...structuredClone(form.variants))],
  ['images.0.alt alt_missing', (form) => form.images.push({ ...picture })],
  ['images.0.url not_uploaded', (form) => form.images.push({ ...picture, url: '', alt: 'A mug' })],
])('%s', (problem, change) => {
  expect(refused(change)).toEqual([problem])
})

test('a decorative picture needs no description', () => {
  expect(refused((form) => form.images.push({ ...picture, isDecorative: true }))).toEqual([])
})

test('barcodes are checked by their last digit', () => {
  expect(isGtin('4006381333931')).toBe(true)
  expect(isGtin('4006381333932')).toBe(false)
  expect(isGtin('96385074')).toBe(true)
})
