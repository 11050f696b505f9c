// Owns what the checkout asks the shop for: the deliveries to choose from, and the order at its end.
import { api, idempotencyKey, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import type { Buyer } from './buyer.ts'

export type Cart = components['schemas']['CartView']
export type Order = components['schemas']['OrderView']
export type Drafts = components['schemas']['CartDrafts']
export type PlaceOrder = components['schemas']['PlaceOrder']
export type DeliveryOption = components['schemas']['DeliveryOptionView']

/** An offer holds for a day, for these goods and this place. */
export const deliveryOptionsQuery = (cart: Cart) => {
  const { country = '', postal_code = '', region } = cart.shipping_address ?? {}
  const destination = { country, postal_code, ...(region && { region }) }
  const items = cart.items.map(({ sku, quantity }) => ({ sku, quantity }))
  return queryOptions({
    queryKey: ['delivery-options', destination, items],
    queryFn: ({ signal }) => ok(api.POST('/shipping/calculate', { body: { destination, items }, signal })),
  })
}

export function placeOrder(body: PlaceOrder, key: string): Promise<Order> {
  return ok(api.POST('/orders', { body, headers: idempotencyKey(key) }))
}

/**
 * The way of somebody who has bought here before: known address, cheapest delivery, straight to the payment. Whatever
 * fails is left for the person to fill in.
 */
export async function prepareCheckout(queryClient: QueryClient, cart: Cart, buyer: Buyer): Promise<Cart> {
  try {
    let ready = cart
    if (!ready.shipping_address) {
      if (!buyer.email || !buyer.address) return ready
      ready = await save({ email: buyer.email, shipping_address: buyer.address })
    }
    if (ready.shipping) return ready
    const { options } = await queryClient.ensureQueryData(deliveryOptionsQuery(ready))
    const [cheapest] = options
    return cheapest ? await save({ shipping_option: cheapest.id }) : ready
  } catch {
    return cart
  }
}

function save(body: Drafts): Promise<Cart> {
  return ok(api.PUT('/cart', { body }))
}
