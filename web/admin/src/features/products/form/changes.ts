// Owns what the save bar says: which parts of the product are changed, in few words.
import type { I18n } from '@lingui/core'
import { plural } from '@lingui/core/macro'
import type { ProductForm, VariantDraft } from './product-form.ts'
import { PART_WORDS } from './product-words.ts'

type Part = keyof typeof PART_WORDS

const PLAIN: ReadonlyArray<[keyof ProductForm, Part]> = [
  ['title', 'title'],
  ['slug', 'slug'],
  ['status', 'status'],
  ['description', 'description'],
  ['images', 'images'],
  ['options', 'options'],
  ['vendor', 'vendor'],
  ['categories', 'categories'],
  ['tags', 'tags'],
  ['attributes', 'attributes'],
]

export function changesOf(before: ProductForm, now: ProductForm, i18n: I18n): string[] {
  const plain = PLAIN.filter(([field]) => differ(before[field], now[field])).map(([, part]) => i18n._(PART_WORDS[part]))
  const isSeoChanged = before.seoTitle !== now.seoTitle || before.seoDescription !== now.seoDescription
  return [...plain, ...variantChanges(before.variants, now.variants), ...(isSeoChanged ? [i18n._(PART_WORDS.seo)] : [])]
}

function variantChanges(before: readonly VariantDraft[], now: readonly VariantDraft[]): string[] {
  const old = new Map(before.map((variant) => [variant.key, variant]))
  const kept = now.flatMap((variant) => {
    const was = old.get(variant.key)
    return was ? [[was, variant] as const] : []
  })
  const count = (isChanged: (was: VariantDraft, is: VariantDraft) => boolean) =>
    kept.filter(([was, is]) => isChanged(was, is)).length

  const added = now.length - kept.length
  const gone = before.length - kept.length
  const prices = count((was, is) => was.price !== is.price || was.compareAt !== is.compareAt)
  const stocks = count((was, is) => was.stock !== is.stock)
  const others = count((was, is) => differ({ ...was, ...UNTOLD }, { ...is, ...UNTOLD }))
  return [
    added > 0 && plural(added, { one: '# new variant', other: '# new variants' }),
    gone > 0 && plural(gone, { one: '# variant removed', other: '# variants removed' }),
    prices > 0 && plural(prices, { one: '# price', other: '# prices' }),
    stocks > 0 && plural(stocks, { one: 'stock of # variant', other: 'stock of # variants' }),
    others > 0 && plural(others, { one: 'details of # variant', other: 'details of # variants' }),
  ].filter((text) => text !== false)
}

/** What the other counts tell already. */
const UNTOLD = { price: '', compareAt: '', stock: '' }

export function differ(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other)
}
