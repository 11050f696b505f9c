// Owns the words for the states of a product, its parts, and what can be wrong with them.
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Words } from '#lib/words.tsx'
import type { ProductInput, ProductSort, ProductStatus } from '../api.ts'

export const STATUS_WORDS: Words<ProductStatus> = {
  published: { tone: 'good', word: msg`Published` },
  draft: { tone: 'warn', word: msg`Draft` },
  archived: { tone: 'neutral', word: msg`Archived` },
}

export const SORT_WORDS: Record<ProductSort, MessageDescriptor> = {
  relevance: msg`Best match`,
  newest: msg`Newest first`,
  title: msg`Title`,
  price: msg`Price, lowest first`,
  '-price': msg`Price, highest first`,
  rating: msg`Best rated`,
}

/** Parts of a product by the API's names. */
export const PART_WORDS: Record<keyof ProductInput, MessageDescriptor> = {
  title: msg`Title`,
  slug: msg`Address`,
  status: msg`Status`,
  description: msg`Description`,
  vendor: msg`Vendor`,
  categories: msg`Categories`,
  tags: msg`Tags`,
  attributes: msg`Attributes`,
  options: msg`Options`,
  images: msg`Pictures`,
  variants: msg`Variants`,
  seo: msg`Search engines`,
  metadata: msg`Metadata`,
}

/** Sentences by the code of what is wrong: those of the schema, and those of the shop. */
export const PROBLEM_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  required: msg`This is needed.`,
  too_long: msg`This is too long.`,
  too_short: msg`This is needed.`,
  too_many: msg`These are too many.`,
  no_slug: msg`Use small letters, digits and single hyphens only.`,
  slug_taken: msg`Another product has or had this address.`,
  sku_taken: msg`Another product has this SKU.`,
  no_amount: msg`Write an amount, such as 19.90.`,
  no_number: msg`Write a whole number, 0 or more.`,
  no_gtin: msg`This is no barcode number: the last digit does not match the others.`,
  not_reduced: msg`The price before must be above the price now.`,
  duplicate: msg`This appears twice.`,
  alt_missing: msg`Describe the picture, or mark it as decoration.`,
  not_uploaded: msg`The picture is not uploaded yet. Wait, try again or remove it.`,
  stock_promised: msg`More pieces than that are promised to orders.`,
  unknown_category: msg`This category does not exist any more.`,
}
