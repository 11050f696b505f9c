// Owns the product as the editor holds it: texts as typed. From the API's view, and to the input the API takes.
import { decimalsOf } from '@rialto/ui/currency.ts'
import { amountOf, textOf } from '#lib/money-text.ts'
import type { Product, ProductInput, ProductStatus, StockDelta, Variant, VariantInput } from '../api.ts'

export interface VariantDraft {
  key: string
  /** Absent until it is saved. */
  id?: string
  sku: string
  options: Record<string, string>
  price: string
  compareAt: string
  /** Pieces that can be sold; what is promised to orders is not among them. */
  stock: string
  weight: string
  barcode: string
  taxClass: string
  /** URL of one of the product's pictures, or empty. */
  image: string
}

export interface ImageDraft {
  key: string
  /** Empty until it is uploaded. */
  url: string
  alt: string
  isDecorative: boolean
  /** A small version to show. */
  thumb: string
  /** Of the file, while it is on its way. */
  name: string
}

export interface OptionDraft {
  name: string
  values: string[]
}

export interface AttributeDraft {
  key: string
  name: string
  values: string[]
}

export interface ProductForm {
  title: string
  slug: string
  status: ProductStatus
  description: string
  vendor: string
  categories: string[]
  tags: string[]
  attributes: AttributeDraft[]
  options: OptionDraft[]
  images: ImageDraft[]
  variants: VariantDraft[]
  seoTitle: string
  seoDescription: string
}

export function newKey(): string {
  return crypto.randomUUID()
}

export function currencyOf(product: Product): string {
  return product.price.currency
}

export function formOf(product: Product, locale: string): ProductForm {
  return {
    title: product.title,
    slug: product.slug,
    status: product.status,
    description: product.description,
    vendor: product.vendor ?? '',
    categories: product.categories.map(({ id }) => id),
    tags: product.tags,
    attributes: Object.entries(product.attributes).map(([name, values]) => ({ key: name, name, values })),
    options: product.options,
    images: product.images.map(({ url, alt, sizes = [] }) => ({
      key: url,
      url,
      alt,
      isDecorative: alt === '',
      thumb: sizes[0]?.url ?? url,
      name: '',
    })),
    variants: product.variants.map((variant) => variantDraft(variant, product.options, locale)),
    seoTitle: product.seo.title ?? '',
    seoDescription: product.seo.description ?? '',
  }
}

function variantDraft(variant: Variant, options: readonly OptionDraft[], locale: string): VariantDraft {
  return {
    key: variant.id,
    id: variant.id,
    sku: variant.sku,
    // In the order of the product's options, which is how shoppers read them.
    options: Object.fromEntries(options.map(({ name }) => [name, variant.options[name] ?? ''])),
    price: textOf(variant.price, locale),
    compareAt: textOf(variant.compare_at_price, locale),
    stock: String(variant.available ?? 0),
    weight: String(variant.weight_g),
    barcode: variant.barcode ?? '',
    taxClass: variant.tax_class,
    image: variant.image ?? '',
  }
}

/** The checked form as the API takes it. `product` lends what the form does not show. */
export function inputOf(form: ProductForm, product: Pick<Product, 'metadata' | 'price'>): ProductInput {
  const { currency } = product.price
  const attributes = form.attributes.filter(({ name, values }) => name.trim() && values.length > 0)
  return {
    title: form.title.trim(),
    slug: form.slug.trim() || null,
    status: form.status,
    description: form.description,
    vendor: form.vendor.trim() || null,
    categories: form.categories,
    tags: form.tags,
    attributes: Object.fromEntries(attributes.map(({ name, values }) => [name.trim(), values])),
    options: form.options,
    images: form.images.map(({ url, alt, isDecorative }) => ({ url, alt: isDecorative ? '' : alt.trim() })),
    variants: form.variants.map((variant) => variantInput(variant, currency)),
    seo: { title: form.seoTitle.trim() || null, description: form.seoDescription.trim() || null },
    metadata: product.metadata ?? {},
  }
}

function variantInput(draft: VariantDraft, currency: string): VariantInput {
  const compareAt = amountOf(draft.compareAt, currency)
  return {
    ...(draft.id ? { id: draft.id } : { stock: wholeOf(draft.stock) ?? 0 }),
    sku: draft.sku.trim(),
    options: draft.options,
    price: { amount: amountOf(draft.price, currency) ?? 0, currency },
    compare_at_price: compareAt === undefined ? null : { amount: compareAt, currency },
    weight_g: wholeOf(draft.weight) ?? 0,
    barcode: draft.barcode.trim() || null,
    tax_class: draft.taxClass,
    image: draft.image || null,
  }
}

/** What to correct in stock: existing variants of which another number is wanted than was shown. */
export function stockDeltas(before: readonly VariantDraft[], now: readonly VariantDraft[]): StockDelta[] {
  return now.flatMap(({ id, sku, stock }) => {
    const old = before.find((variant) => id !== undefined && variant.id === id)
    const by = old ? (wholeOf(stock) ?? 0) - (wholeOf(old.stock) ?? 0) : 0
    return by === 0 ? [] : [{ sku: sku.trim(), by }]
  })
}

/** "1 200" as a number of pieces or grams; undefined when it is none. */
export function wholeOf(text: string): number | undefined {
  const plain = text.replaceAll(/[\s\u00a0\u202f]/g, '')
  return /^\d{1,10}$/.test(plain) ? Number(plain) : undefined
}

export function nameOf(variant: Pick<VariantDraft, 'options' | 'sku'>): string {
  return Object.values(variant.options).join(' · ') || variant.sku
}

/** A price as an example of how to write one: "0.00". */
export function zeroOf(currency: string, locale: string): string {
  return textOf({ amount: 0, currency }, locale) || '0'.padEnd(decimalsOf(currency), '0')
}
