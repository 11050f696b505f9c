// Owns the changes of a cart that is there already; adding to it is in `use-add-to-cart.ts`.
import { api, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { type CartDrafts, cartQuery } from './api.ts'
import { useCartChange, withQuantity } from './change.ts'

interface Quantity {
  sku: string
  quantity: number
}

type Refill = Pick<components['schemas']['OrderView'], 'lines' | 'email' | 'shipping_address'>

/** Sets the pieces of a line; none removes it. */
export function useSetQuantity() {
  return useCartChange<Quantity>({
    send: ({ sku, quantity }) => {
      const params = { path: { sku } }
      return quantity > 0
        ? ok(api.PUT('/cart/items/{sku}', { params, body: { quantity } }))
        : ok(api.DELETE('/cart/items/{sku}', { params }))
    },
    foresee: (cart, { sku, quantity }) => withQuantity(cart, sku, quantity),
  })
}

export function useSetCoupon() {
  return useCartChange<string>({ send: (code) => ok(api.PUT('/cart/coupon', { body: { code } })) })
}

export function useRemoveCoupon() {
  return useCartChange<void>({ send: () => ok(api.DELETE('/cart/coupon')) })
}

/** Keeps what was typed at the checkout, and agrees to changed prices. */
export function useSaveDrafts() {
  return useCartChange<CartDrafts>({ send: (body) => ok(api.PUT('/cart', { body })) })
}

/** Fills the cart with what an order had, for whoever wants to change it or buy it again. */
export function useRefill() {
  const queryClient = useQueryClient()
  return useMutation({
    scope: { id: 'cart' },
    mutationFn: async ({ lines, email, shipping_address }: Refill) => {
      for (const { sku, quantity } of lines) await ok(api.POST('/cart/items', { body: { sku, quantity } }))
      await ok(api.PUT('/cart', { body: { email, shipping_address } }))
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: cartQuery.queryKey }),
  })
}

/** Waits until the shop has answered every change that was sent: the cart before that is an older one. */
export function changesAnswered(queryClient: QueryClient): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (queryClient.isMutating({ mutationKey: cartQuery.queryKey }) > 0) return
      stop()
      resolve()
    }
    const stop = queryClient.getMutationCache().subscribe(look)
    look()
  })
}
