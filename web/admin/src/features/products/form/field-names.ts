// Owns the way between the API's names of fields and those of the form, and what each is called.
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { FieldPath } from 'react-hook-form'
import { nameOf, type ProductForm } from './product-form.ts'
import { PART_WORDS } from './product-words.ts'

const RENAMED: Readonly<Record<string, string>> = {
  'seo.title': 'seoTitle',
  'seo.description': 'seoDescription',
}
const VARIANT_FIELDS: Readonly<Record<string, string>> = {
  price: 'price',
  compare_at_price: 'compareAt',
  weight_g: 'weight',
  stock: 'stock',
  barcode: 'barcode',
  sku: 'sku',
}

/** `variants.3.price.amount` of the API is the form's `variants.3.price`. */
export function formName(path: string): FieldPath<ProductForm> {
  const variant = /^variants\.(\d+)\.(\w+)/.exec(path)
  const field = variant?.[2] && VARIANT_FIELDS[variant[2]]
  const name = field ? `variants.${variant?.[1]}.${field}` : (RENAMED[path] ?? path)
  return name as FieldPath<ProductForm>
}

export const VARIANT_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  sku: msg`SKU`,
  price: msg`Price`,
  compareAt: msg`Price before`,
  stock: msg`Available`,
  weight: msg`Weight`,
  barcode: msg`Barcode`,
}

/** What a field is called: "Price · Sand, Large". */
export function labelOf(name: string, form: ProductForm, translate: (words: MessageDescriptor) => string): string {
  const [part = '', index = '', field = ''] = name.split('.')
  if (part === 'variants') {
    const variant = form.variants[Number(index)]
    const words = VARIANT_WORDS[field] ?? PART_WORDS.variants
    return variant && form.variants.length > 1 ? `${translate(words)} · ${nameOf(variant)}` : translate(words)
  }
  if (part === 'images' && index !== '') return `${translate(msg`Picture`)} ${Number(index) + 1}`
  if (part.startsWith('seo')) return translate(PART_WORDS.seo)
  const words = (PART_WORDS as Readonly<Record<string, MessageDescriptor>>)[part]
  return words ? translate(words) : part
}
