// Owns prices and stock while they are typed in a grid: as text, checked, and as a patch of what is different.
import { amountOf, textOf } from '#lib/money-text.ts'
import type { Product, Variant } from '../api.ts'
import { wholeOf } from '../form/product-form.ts'
import type { VariantPatch } from '../patch.ts'

export const FIELDS = ['price', 'compareAt', 'stock'] as const
export type EditField = (typeof FIELDS)[number]

/** What was typed, by variant and field; what was not touched is absent. */
export type Edits = Readonly<Record<string, Partial<Record<EditField, string>>>>

export function savedText(variant: Variant, field: EditField, locale: string): string {
  if (field === 'price') return textOf(variant.price, locale)
  if (field === 'compareAt') return textOf(variant.compare_at_price, locale)
  return String(variant.available ?? 0)
}

export function textIn(edits: Edits, variant: Variant, field: EditField, locale: string): string {
  return edits[variant.id]?.[field] ?? savedText(variant, field, locale)
}

/** The code of what is wrong with a cell, for PROBLEM_WORDS. */
export function problemIn(edits: Edits, variant: Variant, field: EditField): string | undefined {
  const typed = edits[variant.id]?.[field]
  if (typed === undefined) return undefined
  const { currency } = variant.price
  if (field === 'stock') return wholeOf(typed) === undefined ? 'no_number' : undefined
  if (field === 'compareAt' && typed.trim() === '') return undefined
  const amount = amountOf(typed, currency)
  if (amount === undefined) return 'no_amount'
  const { price = variant.price.amount } = patchOf(edits, variant)
  return field === 'compareAt' && amount <= price ? 'not_reduced' : undefined
}

export function hasProblem(edits: Edits, product: Product): boolean {
  return product.variants.some((variant) => FIELDS.some((field) => problemIn(edits, variant, field)))
}

/** What is different from what is saved. */
export function patchOf(edits: Edits, variant: Variant): VariantPatch {
  const { price, compareAt, stock } = edits[variant.id] ?? {}
  const { currency } = variant.price
  const amount = price === undefined ? undefined : amountOf(price, currency)
  const before = compareAt?.trim() === '' ? null : compareAt && amountOf(compareAt, currency)
  const pieces = stock === undefined ? undefined : wholeOf(stock)
  const by = pieces === undefined ? 0 : pieces - (variant.available ?? 0)
  return {
    ...(amount !== undefined && amount !== variant.price.amount && { price: amount }),
    ...(typeof before === 'number' && before !== variant.compare_at_price?.amount && { compareAt: before }),
    ...(before === null && variant.compare_at_price && { compareAt: null }),
    ...(by !== 0 && { stockBy: by }),
  }
}

/** The patches of a product's variants that differ. */
export function patchesOf(edits: Edits, product: Product): Map<string, VariantPatch> {
  const all = product.variants.map((variant) => [variant.id, patchOf(edits, variant)] as const)
  return new Map(all.filter(([, patch]) => Object.keys(patch).length > 0))
}
