// A shop of several processes in trouble: a part is gone, an event cannot be applied, gateways are replaced. It goes on
// selling, staff see what is wrong, and nothing is lost.
import type { Page } from '@playwright/test'
import { CARD, expectThanks, guestAtPayment, orderOf, payWith } from './support/buying.ts'
import { Processes } from './support/processes.ts'
import { CARDS, Shop } from './support/shop.ts'
import { test as base, expect } from './support/test.ts'

/** A service falls behind, and an event is tried again, after less than this. */
const WHILE = { timeout: 60_000 }
/** Requests at the same time while gateways are replaced. */
const SHOPPERS = 4

const test = base.extend<{ baseURL: string }, { processes: Processes }>({
  processes: [
    async ({ browserName: _ }, use, info) => {
      const processes = await Processes.open(info.project.outputDir)
      await use(processes)
      await processes.close()
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  shop: [async ({ processes }, use) => use(new Shop(processes.url)), { scope: 'worker' }],
  baseURL: async ({ processes }, use) => use(processes.url),
})

// One shop for all of them, which is whole again after each.
test.describe.configure({ mode: 'default' })

test('goods are sold while the letters’ service is gone, and the letter comes once', { tag: '@desktop' }, async ({
  page,
  shop,
  processes,
  openAdmin,
  axe,
}) => {
  const product = await shop.product()
  await processes.end('notifications')
  const email = await guestAtPayment(page, product)
  await payWith(page, CARD.good)
  await expectThanks(page)

  await openAdmin('/settings/events')
  await expect(service(page, 'Notifications')).toContainText('Silent')
  await expect(service(page, 'Orders')).toContainText('Well')
  await axe()
  await processes.start('notifications')
  await expect(service(page, 'Notifications')).toContainText('Well')
  await shop.mail(email, 'confirmed')
  await expect(service(page, 'Notifications')).toContainText(/To read\s*nothing/)
  expect(await shop.mails(email, 'confirmed')).toHaveLength(1)
})

test('while the log of events takes nothing, orders wait to be told, and the page says for how long', {
  tag: '@desktop',
}, async ({ page, shop, processes, openAdmin }) => {
  const product = await shop.product()
  await openAdmin('/settings/events')
  await expect(service(page, 'Orders')).toContainText(/To tell\s*nothing/)

  const log = processes.store('events')
  log.exec('BEGIN IMMEDIATE')
  const order = await shop.order('guest', product)
  await expect(service(page, 'Orders')).toContainText('1 event')
  await expect(service(page, 'Orders')).toContainText('Falling behind', WHILE)
  log.exec('ROLLBACK')
  log.close()

  await expect(service(page, 'Orders')).toContainText(/To tell\s*nothing/)
  await expect(service(page, 'Orders')).toContainText('Well')
  await shop.pay(order, 'guest')
})

test('an event that cannot be applied is shown with its cause, and applied once that is mended', {
  tag: '@desktop',
}, async ({ page, shop, processes, openAdmin, axe }) => {
  const [order, other] = [
    await shop.order('guest', await shop.product()),
    await shop.order('guest', await shop.product()),
  ]
  const orders = processes.store('orders')
  orders.exec(`CREATE TRIGGER broken BEFORE UPDATE ON orders WHEN OLD.number = '${order.number}'
    BEGIN SELECT RAISE(ABORT, 'this row is broken'); END`)
  await shop.charge(order, 'guest', CARDS.good)

  await openAdmin('/settings/events')
  const event = page.getByRole('list', { name: 'Stuck events' }).getByRole('listitem').first()
  await expect(event).toContainText('PaymentProcessed for Orders')
  await expect(event).toContainText('this row is broken')
  await expect(service(page, 'Orders')).toContainText('Events stuck')
  await axe()
  // Nobody else waits for it.
  await shop.pay(other, 'guest')

  // By itself. From now on the pauses are long enough for a person to be first.
  await expect(event).toContainText('tried 4 times', WHILE)
  await event.getByRole('button', { name: 'Try it now' }).click()
  await expect(event).toContainText('tried 5 times')
  orders.exec('DROP TRIGGER broken')
  orders.close()
  await event.getByRole('button', { name: 'Try it now' }).click()
  await expect(page.getByText('Nothing is stuck')).toBeVisible()
  await expect(service(page, 'Orders')).toContainText('Well')
  await shop.orderUntil(order.id, ({ payment_status }) => payment_status === 'paid')
  await shop.mail(order.email, 'confirmed')
})

test('a page that fails names its request, and the log has it by that name', { tag: '@desktop' }, async ({
  page,
  shop,
  processes,
  watch,
  axe,
}) => {
  const { slug, title } = await shop.product({ title: 'Lost lamp' })
  await processes.end('catalog')
  watch.expectFailure({ url: '/', status: 503 })
  await page.goto(`/p/${slug}`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This page could not be loaded')
  await axe()
  const request = await page.locator('code').textContent()
  expect(request).toMatch(/^[0-9a-f]{32}$/)
  await expect.poll(() => processes.logs()).toContain(request)

  await processes.start('catalog')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(title)
})

test('each gateway is replaced under load, and nobody notices', { tag: '@desktop' }, async ({
  page,
  shop,
  processes,
}) => {
  const product = await shop.product()
  const paths = ['/', '/products?limit=5', `/p/${product.slug}`, '/categories']
  const failed: string[] = []
  let asked = 0
  let isOver = false
  const shoppers = Array.from({ length: SHOPPERS }, async (_, shopper) => {
    for (let turn = shopper; !isOver; turn += 1) {
      const path = paths[turn % paths.length] ?? ''
      asked += 1
      const outcome = await fetch(shop.url + path).then(
        async (answer) => (await answer.arrayBuffer()) && (answer.ok ? undefined : answer.status),
        (error: Error) => error.cause ?? error.message,
      )
      if (outcome !== undefined) failed.push(`${path}: ${outcome}`)
    }
  })

  const email = await guestAtPayment(page, product)
  for (const gateway of ['gateway', 'other gateway'] as const) {
    await processes.end(gateway)
    await processes.start(gateway)
  }
  await payWith(page, CARD.good)
  await expectThanks(page)
  isOver = true
  await Promise.all(shoppers)
  expect(failed, `of ${asked} requests`).toEqual([])
  expect(asked).toBeGreaterThan(100)
  const order = await shop.orderUntil(orderOf(page), ({ payment_status }) => payment_status === 'paid')
  expect(order.email).toBe(email)
})

/** What the page of events says of a service. */
function service(page: Page, name: string) {
  const heading = page.getByRole('heading', { name, exact: true })
  return page.getByRole('list', { name: 'Services' }).getByRole('listitem').filter({ has: heading })
}
