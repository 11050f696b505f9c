// Owns what the editor refuses before the shop would: each message is a key of PRODUCT_WORDS.
import { z } from '#lib/form/zod.ts'
import { amountOf } from '#lib/money-text.ts'
import { STATUSES } from '../api.ts'
import { wholeOf } from './product-form.ts'

const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/

const option = z.object({ name: z.string(), values: z.array(z.string()) })
const attribute = z.object({ key: z.string(), name: z.string(), values: z.array(z.string()) })

const image = z
  .object({
    key: z.string(),
    url: z.string().min(1, 'not_uploaded'),
    alt: z.string().max(500, 'too_long'),
    isDecorative: z.boolean(),
    thumb: z.string(),
    name: z.string(),
  })
  .refine(({ alt, isDecorative }) => isDecorative || alt.trim() !== '', { path: ['alt'], error: 'alt_missing' })

function variant(currency: string) {
  const isAmount = (text: string) => amountOf(text, currency) !== undefined
  const isWhole = (text: string) => wholeOf(text) !== undefined
  return z
    .object({
      key: z.string(),
      id: z.string().optional(),
      sku: z.string().trim().min(1, 'required').max(100, 'too_long'),
      options: z.record(z.string(), z.string()),
      price: z.string().refine(isAmount, 'no_amount'),
      compareAt: z.string().refine((text) => text.trim() === '' || isAmount(text), 'no_amount'),
      stock: z.string().refine(isWhole, 'no_number'),
      weight: z.string().refine(isWhole, 'no_number'),
      barcode: z.string().refine((text) => text.trim() === '' || isGtin(text.trim()), 'no_gtin'),
      taxClass: z.string(),
      image: z.string(),
    })
    .refine(
      ({ price, compareAt }) => {
        const before = amountOf(compareAt, currency)
        return before === undefined || before > (amountOf(price, currency) ?? 0)
      },
      { path: ['compareAt'], error: 'not_reduced' },
    )
}

export function productSchema(currency: string) {
  return z.object({
    title: z.string().trim().min(1, 'required').max(200, 'too_long'),
    slug: z
      .string()
      .trim()
      .max(200, 'too_long')
      .refine((slug) => slug === '' || SLUG.test(slug), 'no_slug'),
    status: z.enum(STATUSES),
    description: z.string().max(50_000, 'too_long'),
    vendor: z.string().max(100, 'too_long'),
    categories: z.array(z.string()).max(20, 'too_many'),
    tags: z.array(z.string()).max(50, 'too_many'),
    attributes: z.array(attribute),
    options: z.array(option),
    images: z.array(image).max(50, 'too_many'),
    variants: z
      .array(variant(currency))
      .min(1, 'required')
      .superRefine((variants, context) => {
        const seen = new Set<string>()
        variants.forEach(({ sku }, index) => {
          if (seen.has(sku)) context.addIssue({ code: 'custom', path: [index, 'sku'], message: 'duplicate' })
          seen.add(sku)
        })
      }),
    seoTitle: z.string().max(200, 'too_long'),
    seoDescription: z.string().max(500, 'too_long'),
  })
}

/** Whether `text` is a GTIN: 8, 12, 13 or 14 digits, of which the last one checks the others. */
export function isGtin(text: string): boolean {
  if (!/^(\d{8}|\d{12,14})$/.test(text)) return false
  const digits = [...text].map(Number).reverse()
  const sum = digits.reduce((total, digit, place) => total + digit * (place % 2 === 0 ? 1 : 3), 0)
  return sum % 10 === 0
}
