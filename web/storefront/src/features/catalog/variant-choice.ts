// Owns which variant a shopper's choices lead to, and what is left to choose from.
import type { Product, Variant } from './api.ts'

/** Values by the names of their options; those not chosen yet are absent. */
export type Choice = Readonly<Record<string, string>>

/** Impossible: no variant is this together with what else is chosen. */
export type ValueState = 'available' | 'sold_out' | 'impossible'

/** What is chosen by the address of the page; where there is nothing to choose, it is chosen. */
export function choiceOf(product: Product, sku: string | undefined): Choice {
  const variant = product.variants.find((each) => each.sku === sku)
  if (variant) return variant.options
  const single = product.options.filter(({ values }) => values.length === 1)
  return Object.fromEntries(single.map(({ name, values }) => [name, values[0] ?? '']))
}

export function variantFor(product: Product, choice: Choice): Variant | undefined {
  return missingOptions(product, choice).length > 0 ? undefined : matching(product, choice)[0]
}

export function missingOptions(product: Product, choice: Choice): string[] {
  return product.options.map(({ name }) => name).filter((name) => choice[name] === undefined)
}

export function stateOf(product: Product, choice: Choice, option: string, value: string): ValueState {
  const variants = matching(product, { ...choice, [option]: value })
  if (variants.length === 0) return 'impossible'
  return variants.every(({ stock }) => stock === 'out_of_stock') ? 'sold_out' : 'available'
}

/** The choice with one value more. Values that cannot be had with it give way: the last word counts. */
export function chosen(product: Product, choice: Choice, option: string, value: string): Choice {
  const next = { ...choice, [option]: value }
  if (matching(product, next).length > 0) return next
  const kept = Object.entries(choice).filter(
    ([name, other]) => name !== option && matching(product, { [option]: value, [name]: other }).length > 0,
  )
  const reduced = { ...Object.fromEntries(kept), [option]: value }
  return matching(product, reduced).length > 0 ? reduced : { [option]: value }
}

function matching(product: Product, choice: Choice): Variant[] {
  const wanted = Object.entries(choice)
  return product.variants.filter(({ options }) => wanted.every(([name, value]) => options[name] === value))
}
