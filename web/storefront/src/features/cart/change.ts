// Owns how the cart is changed: seen at once, confirmed by the shop.
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type Cart, type CartLine, cartQuery } from './api.ts'

interface Change<V> {
  send: (value: V) => Promise<Cart>
  /** The cart as it will probably be, shown until the shop has answered. */
  foresee?: (cart: Cart, value: V) => Cart
}

/** Changes of the cart: seen at once, sent one after the other, taken back if the shop refuses. */
export function useCartChange<V>({ send, foresee }: Change<V>) {
  const queryClient = useQueryClient()
  const { queryKey } = cartQuery
  return useMutation({
    mutationKey: queryKey,
    scope: { id: 'cart' },
    mutationFn: send,
    onMutate: async (value) => {
      await queryClient.cancelQueries({ queryKey })
      const before = queryClient.getQueryData(queryKey)
      if (before && foresee) queryClient.setQueryData(queryKey, foresee(before, value))
      return { before }
    },
    // Of several changes in a row, the last answer has them all.
    onSuccess: (cart) => {
      if (queryClient.isMutating({ mutationKey: queryKey }) > 1) return
      queryClient.setQueryData(queryKey, cart)
      // Whoever is asking for the cart asked before it was changed, and must not get it as it was.
      if (queryClient.isFetching({ queryKey }) > 0) void queryClient.refetchQueries({ queryKey })
    },
    onError: (_error, _value, kept) => {
      if (kept?.before) queryClient.setQueryData(queryKey, kept.before)
      // Another tab may be the reason, so look again.
      return queryClient.invalidateQueries({ queryKey })
    },
  })
}

/** The cart with another number of pieces in a line. Sums of the cart wait for the shop: discounts and tax are its to say. */
export function withQuantity(cart: Cart, sku: string, quantity: number): Cart {
  const items = cart.items
    .map((line) => (line.sku === sku ? resized(line, quantity) : line))
    .filter((line) => line.quantity > 0)
  return { ...cart, items, item_count: pieces(items) }
}

export function pieces(items: readonly CartLine[]): number {
  return items.reduce((sum, line) => sum + line.quantity, 0)
}

function resized(line: CartLine, quantity: number): CartLine {
  if (!line.unit_price) return { ...line, quantity }
  const subtotal = { ...line.unit_price, amount: line.unit_price.amount * quantity }
  return { ...line, quantity, subtotal, total: line.discount?.amount ? (line.total ?? null) : subtotal }
}
