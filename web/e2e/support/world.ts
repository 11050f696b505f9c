// Owns what the sweep finds in the shop: one of everything that a page can show.
import type { components } from '@rialto/api/schema.d.ts'
import { ADMIN } from './people.ts'
import { CARDS, type Customer, got, type Shop, skuOf, until } from './shop.ts'

type Product = components['schemas']['ProductView']
type Order = components['schemas']['OrderView']

export interface World {
  product: Product
  sku: string
  customer: Customer
  /** Delivered, and a part of it on its way back. */
  order: Order
  /** Its `guest_token` opens it; its parcel is on its way. */
  guestOrder: Order
  /** Where the letter about its parcel leads. */
  parcel: string
  admin: typeof ADMIN
  /** What staff see, by id. */
  ids: Ids
}

interface Ids {
  customer: string
  message: string
  payment: string
  dispute: { payment: string; dispute: string }
  returned: string
  promotion: string
  shipment: string
  zone: string
  role: string
  imported: string
}

export async function makeWorld(shop: Shop): Promise<World> {
  const [product, customer] = await Promise.all([
    shop.product({ title: 'Oak desk lamp', options: { Shade: ['Linen', 'Green'], Size: ['S', 'L'] } }),
    shop.customer(),
  ])
  const sku = skuOf(product)
  const [order, guestOrder, disputed] = await Promise.all([
    shop.paidOrder(customer, product, 2),
    shop.paidOrder('guest', product),
    shop.order('guest', product),
  ])
  await shop.pay(disputed, 'guest', CARDS.disputed)
  const [, parcel] = await Promise.all([shop.deliver(order), shop.ship(guestOrder)])
  const { shipments } = await shop.orderUntil(guestOrder.id, (now) => now.shipments.some((sent) => sent.tracking_url))
  const tracking = new URL(shipments.find((sent) => sent.tracking_url)?.tracking_url ?? '', shop.url)
  const lines = [{ sku, quantity: 1, reason: 'Too bright' }]
  const path = { id: order.id }
  const returned = got(await customer.api.POST('/orders/{id}/returns', { params: { path }, body: { lines } }))
  const ids = { returned: returned.id, shipment: parcel.id, ...(await idsForStaff(shop, customer, order, disputed)) }
  return { product, sku, customer, order, guestOrder, parcel: tracking.pathname + tracking.search, admin: ADMIN, ids }
}

type IdsForStaff = Omit<Ids, 'returned' | 'shipment'>

async function idsForStaff(shop: Shop, customer: Customer, order: Order, disputed: Order): Promise<IdsForStaff> {
  const admin = await shop.admin()
  const mark = `e2e-${process.pid}-${Date.now().toString(36)}`
  const [profile, messages, payments, promotion, zones, role, imported, dispute] = await Promise.all([
    customer.api.GET('/users/profile').then(got),
    admin.GET('/notifications/history', { params: { query: { to: customer.email } } }).then(got),
    admin.GET('/payments', { params: { query: { order_id: order.id } } }).then(got),
    admin.POST('/promotions', { body: { code: mark.toUpperCase(), percent: '10' } }).then(got),
    admin.GET('/shipping/zones').then(got),
    admin.POST('/users/roles', { body: { name: mark, title: 'Helper', permissions: ['orders:read'] } }).then(got),
    shop.imported(`Handle,Title,Variant SKU,Variant Price\n${mark},Tray,${mark},19.90\nodd,Odd,${mark}-2,free\n`),
    until('a dispute', async () => {
      const { items } = got(await admin.GET('/payments/disputes', { params: { query: { limit: 100 } } }))
      return items.find(({ order_id }) => order_id === disputed.id)
    }),
  ])
  return {
    customer: profile.id,
    message: messages.items[0]?.id ?? '',
    payment: payments.items[0]?.payment_id ?? '',
    dispute: { payment: dispute.payment_id, dispute: dispute.dispute_id },
    promotion: promotion.id,
    zone: zones.items[0]?.id ?? '',
    role: role.name,
    imported: imported.id,
  }
}
