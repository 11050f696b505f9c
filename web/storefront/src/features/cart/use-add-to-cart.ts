// Owns putting something into the cart: the drawer shows it at once, the shop confirms it.
import { api, ok } from '@rialto/api/client.ts'
import type { MoneyValue } from '@rialto/ui/currency.ts'
import type { Cart, CartLine } from './api.ts'
import { pieces, useCartChange, withQuantity } from './change.ts'
import { closeCartDrawer, openCartDrawer } from './drawer-state.ts'

/** What is to be added, with what the page knows of it: the drawer shows that before the shop has answered. */
export interface Addition {
  sku: string
  quantity: number
  slug: string
  title: string
  variantTitle: string
  image?: string | undefined
  unitPrice: MoneyValue
}

/**
 * `add.mutate({ sku, quantity, … })` opens the drawer with the line in it. If the shop refuses, the drawer closes again
 * and `add.error` says why: show it beside the button.
 */
export function useAddToCart() {
  const change = useCartChange<Addition>({
    send: ({ sku, quantity }) => ok(api.POST('/cart/items', { body: { sku, quantity } })),
    foresee: withAddition,
  })
  return {
    ...change,
    mutate: (addition: Addition) => {
      openCartDrawer(addition.sku)
      change.mutate(addition, { onError: closeCartDrawer })
    },
  }
}

/** Puts a line that was removed back, where the shopper is. */
export function useAddBack() {
  return useCartChange<CartLine>({
    send: ({ sku, quantity }) => ok(api.POST('/cart/items', { body: { sku, quantity } })),
    foresee: (cart, line) => ({ ...cart, items: [...cart.items, line], item_count: cart.item_count + line.quantity }),
  })
}

function withAddition(cart: Cart, addition: Addition): Cart {
  const line = cart.items.find(({ sku }) => sku === addition.sku)
  if (line) return withQuantity(cart, addition.sku, line.quantity + addition.quantity)
  const items = [...cart.items, newLine(addition)]
  return { ...cart, items, item_count: pieces(items) }
}

function newLine({ sku, quantity, slug, title, variantTitle, image, unitPrice }: Addition): CartLine {
  const total = { ...unitPrice, amount: unitPrice.amount * quantity }
  return {
    sku,
    quantity,
    slug,
    title,
    variant_title: variantTitle,
    image: image ?? null,
    unit_price: unitPrice,
    subtotal: total,
    total,
    available: true,
  }
}
