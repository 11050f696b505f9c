// Owns small changes to a product from lists and grids: its status, prices, stock. Whatever else somebody changed stays.
import { api, ok } from '@rialto/api/client.ts'
import { ProblemError } from '@rialto/api/problem.ts'
import { adjustStock, type Product, type ProductInput, type ProductStatus, writeProduct } from './api.ts'
import { formOf, inputOf } from './form/product-form.ts'

export interface VariantPatch {
  /** In minor units. */
  price?: number
  /** Null takes the price before away. */
  compareAt?: number | null
  /** So many pieces more or fewer. */
  stockBy?: number
}

export interface Patch {
  status?: ProductStatus
  /** By the variant's id. */
  variants?: ReadonlyMap<string, VariantPatch>
}

/** The product as the API takes it, unchanged. */
export function inputFrom(product: Product): ProductInput {
  return inputOf(formOf(product, 'en'), product)
}

/** Makes the change. If the product was saved by somebody else meanwhile, it is laid over what they saved. */
export async function patchProduct(product: Product, patch: Patch, reason: string): Promise<Product> {
  let now = product
  if (patch.status !== undefined || [...(patch.variants?.values() ?? [])].some(changesPrice)) {
    now = await written(product, patch)
  }
  for (const [id, { stockBy }] of patch.variants ?? []) {
    const sku = now.variants.find((variant) => variant.id === id)?.sku
    if (sku && stockBy) await adjustStock({ sku, by: stockBy }, reason)
  }
  const hasStock = [...(patch.variants?.values() ?? [])].some(({ stockBy }) => stockBy)
  return hasStock ? latest(product.id) : now
}

async function written(product: Product, patch: Patch): Promise<Product> {
  try {
    return await writeProduct({ id: product.id, version: product.version, input: patched(product, patch) })
  } catch (error) {
    if (!(error instanceof ProblemError && error.status === 412)) throw error
    const now = await latest(product.id)
    if (isContested(product, now, patch)) throw error
    return writeProduct({ id: now.id, version: now.version, input: patched(now, patch) })
  }
}

function latest(id: string): Promise<Product> {
  return ok(api.GET('/products/{id}', { params: { path: { id } } }))
}

export function patched(product: Product, patch: Patch): ProductInput {
  const input = inputFrom(product)
  const { currency } = product.price
  return {
    ...input,
    ...(patch.status && { status: patch.status }),
    variants: input.variants.map((variant) => {
      const { price, compareAt } = patch.variants?.get(variant.id ?? '') ?? {}
      return {
        ...variant,
        ...(price !== undefined && { price: { amount: price, currency } }),
        ...(compareAt !== undefined && {
          compare_at_price: compareAt === null ? null : { amount: compareAt, currency },
        }),
      }
    }),
  }
}

/** Whether somebody else changed the very thing this patch changes. */
function isContested(seen: Product, now: Product, patch: Patch): boolean {
  if (patch.status !== undefined && seen.status !== now.status) return true
  return seen.variants.some((before) => {
    const change = patch.variants?.get(before.id)
    if (!change || !changesPrice(change)) return false
    const after = now.variants.find(({ id }) => id === before.id)
    return (
      after?.price.amount !== before.price.amount || after.compare_at_price?.amount !== before.compare_at_price?.amount
    )
  })
}

function changesPrice({ price, compareAt }: VariantPatch): boolean {
  return price !== undefined || compareAt !== undefined
}
