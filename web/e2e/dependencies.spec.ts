// The parts of the shop that a page leans on, each of them slow, failing or gone: the page says something within a moment
// all the same, and is whole again as soon as the part is.
import type { Page } from '@playwright/test'
import { type Shop, skuOf } from './support/shop.ts'
import { ADMIN, expect, test } from './support/test.ts'

const SLOW_MS = 3_000
/** A busy machine may take as long as this on top, to draw a page. */
const SLACK_MS = 12_000

const PARTS = {
  catalog: /\/(products|categories|reviews)([/?]|$)/,
  orders: /\/(cart|orders|returns|reports)([/?]|$)/,
  payments: /\/payments?\//,
  shipping: /\/shipping\//,
  users: /\/users\//,
} as const

const FAULTS = ['slow', 'failing', 'gone'] as const

interface Leaning {
  parts: ReadonlyArray<keyof typeof PARTS>
  path: (goods: Goods) => string
  /** What shows that the page is whole. */
  whole: (page: Page, goods: Goods) => Promise<void>
  as?: 'admin'
}

interface Goods {
  slug: string
  title: string
  sku: string
  order: string
}

const PAGES: Readonly<Record<string, Leaning>> = {
  home: {
    parts: ['catalog', 'orders', 'users'],
    path: () => '/',
    whole: (page) => expect(page.getByRole('main').getByRole('article')).not.toHaveCount(0),
  },
  product: {
    parts: ['catalog', 'orders', 'shipping'],
    path: ({ slug }) => `/p/${slug}`,
    whole: async (page, { title }) => {
      await page.getByRole('button', { name: 'Add to cart' }).first().click()
      await expect(page.getByRole('dialog', { name: 'Added to your cart' })).toContainText(title)
    },
  },
  cart: {
    parts: ['orders', 'catalog', 'shipping'],
    path: () => '/cart',
    whole: (page, { title }) => expect(page.getByRole('main').getByRole('link', { name: title })).toBeVisible(),
  },
  checkout: {
    parts: ['orders', 'shipping', 'payments', 'users'],
    path: () => '/checkout',
    whole: (page) => expect(page.getByLabel('E-mail')).toBeVisible(),
  },
  'the admin’s orders': {
    parts: ['orders', 'users'],
    path: ({ order }) => `/admin/orders?q=${order}`,
    whole: (page, { order }) => expect(page.getByRole('link', { name: order })).toBeVisible(),
    as: 'admin',
  },
}

for (const [name, { parts, path, whole, as }] of Object.entries(PAGES)) {
  for (const part of parts) {
    test(`${name}, while ${part} is ${FAULTS.join(', ')}`, { tag: '@desktop' }, async ({
      page,
      shop,
      signIn,
      watch,
    }) => {
      watch.expectFailure({ url: '', status: 503 })
      watch.expectFailure({ url: '' })
      const goods = await goodsIn(shop)
      if (as) await signIn(ADMIN)
      else await page.request.post('/cart/items', { data: { sku: goods.sku, quantity: 1 } })
      for (const fault of FAULTS) {
        await test.step(fault, async () => {
          await breakPart(page, part, fault)
          await page.goto(path(goods), { waitUntil: 'commit' })
          await expect(somethingIn(page)).toBeVisible({ timeout: SLOW_MS + SLACK_MS })
          await expect(page.getByText(/\b(undefined|NaN|\[object Object\]|TypeError)\b/)).toHaveCount(0)
          await page.unrouteAll({ behavior: 'ignoreErrors' })
          await mend(page)
          await whole(page, goods)
        })
      }
    })
  }
}

/** Content, or a message. */
function somethingIn(page: Page) {
  return page.getByRole('main').getByRole('heading').or(page.getByRole('main').getByRole('alert')).first()
}

async function breakPart(page: Page, part: keyof typeof PARTS, fault: (typeof FAULTS)[number]): Promise<void> {
  await page.route(PARTS[part], async (route) => {
    if (route.request().resourceType() === 'document') return route.continue()
    if (fault === 'gone') return route.abort('connectionrefused')
    if (fault === 'failing') {
      const problem = { type: '/problems/unavailable', title: 'Unavailable', status: 503, code: 'unavailable' }
      return route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) })
    }
    await new Promise((done) => setTimeout(done, SLOW_MS))
    return route.continue().catch(() => undefined)
  })
}

/** What a person would do, if the page asks for it. */
async function mend(page: Page): Promise<void> {
  const again = page.getByRole('button', { name: 'Try again' })
  for (const button of await again.all()) await button.click({ timeout: 1_000 }).catch(() => undefined)
}

async function goodsIn(shop: Shop): Promise<Goods> {
  const product = await shop.product({ title: `Sound lamp ${Date.now().toString(36)}` })
  const { number } = await shop.paidOrder('guest', product)
  return { slug: product.slug, title: product.title, sku: skuOf(product), order: number }
}
