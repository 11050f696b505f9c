// Owns how each route of both apps is reached. A route that is missing here fails the sweep.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { Announced } from './watch.ts'
import type { World } from './world.ts'

interface Visit {
  /** Where the route leads in this run's world. */
  path: (world: World) => string
  as?: 'customer' | 'admin'
  /** What the visit is meant to run into. */
  fails?: Announced
  /** What has to be there in this browser. */
  arrange?: (page: Page, world: World) => Promise<void>
}

const to = (path: string): Visit => ({ path: () => path })
const mine = (path: Visit['path']): Visit => ({ path, as: 'customer' })
const staff = (path: Visit['path']): Visit => ({ path, as: 'admin' })

/** Paths are those of the app's routes; in the browser the language stands before them. */
export const STOREFRONT: Readonly<Record<string, Visit>> = {
  '/': to('/'),
  '/c/$slug': to('/c/kitchen'),
  '/p/$slug': { path: ({ product }) => `/p/${product.slug}` },
  '/search': to('/search?q=lamp'),
  '/cart': to('/cart'),
  '/checkout': { path: () => '/checkout', arrange: fillCart },
  '/checkout/result': {
    path: ({ guestOrder: { id, guest_token } }) => `/checkout/result?order=${id}&token=${guest_token}`,
  },
  '/order/$id': { path: ({ guestOrder: { id, guest_token } }) => `/order/${id}?token=${guest_token}` },
  '/order/lookup': to('/order/lookup'),
  '/track': to('/track'),
  '/track/$number': { path: ({ parcel }) => parcel },
  '/help': to('/help'),
  '/login': to('/login?next=/account'),
  '/register': to('/register'),
  '/reset': to('/reset'),
  '/verify': { path: () => '/verify?token=unknown', fails: { url: '/users/email/verify', status: 422 } },
  '/verify/email': to('/verify/email?token=unknown'),
  '/verify/undo': to('/verify/undo?token=unknown'),
  '/account': mine(() => '/account'),
  '/account/orders': mine(() => '/account/orders'),
  '/account/orders/$id': mine(({ order }) => `/account/orders/${order.id}`),
  '/account/returns': mine(() => '/account/returns'),
  '/account/addresses': mine(() => '/account/addresses'),
  '/account/notifications': mine(() => '/account/notifications'),
  '/account/security': mine(() => '/account/security'),
  '/account/profile': mine(() => '/account/profile'),
  'an address that leads nowhere': { path: () => '/nothing-here', fails: { url: '/nothing-here', status: 404 } },
}

export const ADMIN: Readonly<Record<string, Visit>> = {
  '/login': to('/admin/login'),
  '/': staff(() => '/admin/'),
  '/profile': staff(() => '/admin/profile'),
  '/orders': staff(() => '/admin/orders'),
  '/orders/$id': staff(({ order }) => `/admin/orders/${order.id}`),
  '/orders/slips': staff(({ order }) => `/admin/orders/slips?ids=${order.id}`),
  '/orders/returns': staff(() => '/admin/orders/returns'),
  '/orders/returns/$id': staff(({ ids }) => `/admin/orders/returns/${ids.returned}`),
  '/products': staff(() => '/admin/products'),
  '/products/grid': staff(() => '/admin/products/grid'),
  '/products/$id': staff(({ product }) => `/admin/products/${product.id}`),
  '/categories': staff(() => '/admin/categories'),
  '/stock': staff(() => '/admin/stock'),
  '/stock/$sku': staff(({ sku }) => `/admin/stock/${sku}`),
  '/promotions': staff(() => '/admin/promotions'),
  '/promotions/new': staff(() => '/admin/promotions/new'),
  '/promotions/$id': staff(({ ids }) => `/admin/promotions/${ids.promotion}`),
  '/imports': staff(() => '/admin/imports'),
  '/imports/$id': staff(({ ids }) => `/admin/imports/${ids.imported}`),
  '/customers': staff(() => '/admin/customers'),
  '/customers/$id': staff(({ ids }) => `/admin/customers/${ids.customer}`),
  '/reviews': staff(() => '/admin/reviews'),
  '/shipping': staff(() => '/admin/shipping'),
  '/shipping/try': staff(() => '/admin/shipping/try'),
  '/shipping/zones': staff(() => '/admin/shipping/zones'),
  '/shipping/zones/new': staff(() => '/admin/shipping/zones/new'),
  '/shipping/zones/$id': staff(({ ids }) => `/admin/shipping/zones/${ids.zone}`),
  '/shipping/shipments': staff(() => '/admin/shipping/shipments'),
  '/shipping/shipments/$id': staff(({ ids }) => `/admin/shipping/shipments/${ids.shipment}`),
  '/payments': staff(() => '/admin/payments'),
  '/payments/$id': staff(({ ids }) => `/admin/payments/${ids.payment}`),
  '/payments/reconciliation': staff(() => '/admin/payments/reconciliation'),
  '/payments/disputes': staff(() => '/admin/payments/disputes'),
  '/payments/disputes/$id/$disputeId': staff(
    ({ ids: { dispute } }) => `/admin/payments/disputes/${dispute.payment}/${dispute.dispute}`,
  ),
  '/notifications': staff(() => '/admin/notifications'),
  '/notifications/$id': staff(({ ids }) => `/admin/notifications/${ids.message}`),
  '/notifications/consents': staff(() => '/admin/notifications/consents'),
  '/notifications/suppressions': staff(() => '/admin/notifications/suppressions'),
  '/notifications/templates': staff(() => '/admin/notifications/templates'),
  '/notifications/templates/$name/$language': staff(() => '/admin/notifications/templates/shipped/en'),
  '/settings': staff(() => '/admin/settings'),
  '/settings/staff': staff(() => '/admin/settings/staff'),
  '/settings/shop': staff(() => '/admin/settings/shop'),
  '/settings/events': staff(() => '/admin/settings/events'),
  '/settings/roles': staff(() => '/admin/settings/roles'),
  '/settings/roles/new': staff(() => '/admin/settings/roles/new'),
  '/settings/roles/$name': staff(({ ids }) => `/admin/settings/roles/${ids.role}`),
}

/** What the router generator found: the routes that there are. */
export function routesOf(app: 'storefront' | 'admin'): string[] {
  const generated = readFileSync(join(import.meta.dirname, `../../${app}/src/routeTree.gen.ts`), 'utf8')
  const union = /^ {2}to:([\s\S]*?)\n {2}id:/m.exec(generated)?.[1] ?? ''
  return [...union.matchAll(/'([^']*)'/g)].map(([, path = '']) => path)
}

/** As a guest would: the cart belongs to the browser's cookie. */
async function fillCart(page: Page, { product }: World): Promise<void> {
  const data = { sku: product.variants[0]?.sku, quantity: 1 }
  await page.request.post('/cart/items', { data })
}
