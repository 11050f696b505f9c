// Owns how the variants follow the options: which stay, which are new, which go.
import { newKey, type OptionDraft, type VariantDraft } from '../form/product-form.ts'

/** An option while it is edited: it remembers what it was called, so that a new name is no new option. */
export interface EditedOption {
  key: string
  name: string
  /** The saved name; absent for a new option. */
  was?: string
  values: string[]
}

/** One combination of values, and the variant that has it so far. */
export interface Planned {
  options: Record<string, string>
  variant?: VariantDraft
  /** Has something that did not exist before; combinations that were left out on purpose do not. */
  isNew: boolean
}

export interface Plan {
  combinations: Planned[]
  removed: VariantDraft[]
}

export const VARIANTS_MAX = 2048
export const OPTIONS_MAX = 5

export function editedOptions(options: readonly OptionDraft[]): EditedOption[] {
  return options.map(({ name, values }) => ({ key: newKey(), name, was: name, values }))
}

/** Options that say something: with a name and at least one value. */
export function meant(options: readonly EditedOption[]): EditedOption[] {
  return options.filter(({ name, values }) => name.trim() !== '' && values.length > 0)
}

export function combinationCount(options: readonly EditedOption[]): number {
  return options.length === 0 ? 0 : options.reduce((count, { values }) => count * values.length, 1)
}

/** What the variants become under `edited`. A new option gives its first value to the variants that are there. */
export function plan(edited: readonly EditedOption[], before: readonly OptionDraft[], variants: VariantDraft[]): Plan {
  const options = meant(edited)
  const left = new Set(variants)
  const combinations = combine(options).map((combination): Planned => {
    const variant = [...left].find((candidate) => fits(candidate, combination, options))
    if (variant) left.delete(variant)
    return {
      options: combination,
      ...(variant && { variant }),
      isNew: !variant && hasNews(combination, options, before),
    }
  })
  return { combinations, removed: [...left] }
}

function combine(options: readonly EditedOption[]): Record<string, string>[] {
  if (options.length === 0) return []
  return options.reduce<Record<string, string>[]>(
    (rows, { name, values }) => rows.flatMap((row) => values.map((value) => ({ ...row, [name.trim()]: value }))),
    [{}],
  )
}

function fits(variant: VariantDraft, combination: Record<string, string>, options: readonly EditedOption[]): boolean {
  return options.every(({ name, was, values }) => {
    const wanted = combination[name.trim()]
    return was === undefined ? wanted === values[0] : variant.options[was] === wanted
  })
}

function hasNews(
  combination: Record<string, string>,
  options: readonly EditedOption[],
  before: readonly OptionDraft[],
): boolean {
  return options.some(({ name, was }) => {
    const old = before.find((option) => option.name === was)
    return !old?.values.includes(combination[name.trim()] ?? '')
  })
}

/** The variants of a plan: those that stay under their new values, and new ones made like `model`. */
export function variantsOf(
  chosen: readonly Planned[],
  model: VariantDraft | undefined,
  prefix: string,
): VariantDraft[] {
  const taken = new Set(chosen.flatMap(({ variant }) => variant?.sku ?? []))
  return chosen.map(({ options, variant }) => {
    if (variant) return { ...variant, options }
    const sku = freeSku(skuFor(prefix, options), taken)
    taken.add(sku)
    return {
      key: newKey(),
      sku,
      options,
      price: model?.price ?? '',
      compareAt: model?.compareAt ?? '',
      stock: '0',
      weight: model?.weight ?? '0',
      barcode: '',
      taxClass: model?.taxClass ?? 'standard',
      image: '',
    }
  })
}

/** "Stoneware Mug" in Sand, Large: STONEWARE-MUG-SAND-LARGE, at most 60 characters. */
export function skuFor(prefix: string, options: Readonly<Record<string, string>>): string {
  const parts = [prefix, ...Object.values(options)].map(plainWord).filter(Boolean)
  return parts.join('-').slice(0, 60) || 'SKU'
}

function plainWord(text: string): string {
  const ascii = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toUpperCase()
  return ascii.replaceAll(/[^A-Z0-9]+/g, '-').replaceAll(/^-|-$/g, '')
}

function freeSku(wanted: string, taken: ReadonlySet<string>): string {
  let sku = wanted
  for (let number = 2; taken.has(sku); number += 1) sku = `${wanted}-${number}`
  return sku
}
