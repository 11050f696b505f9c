// Takes the pictures of the README from a running shop: `RIALTO_E2E_URL=http://localhost:8080 npm run pictures`.
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from '@playwright/test'
import { typeContact } from './support/buying.ts'
import { ADMIN } from './support/people.ts'
import { Shop } from './support/shop.ts'

const URL = process.env['RIALTO_E2E_URL'] ?? 'http://localhost:8080'
const FOLDER = resolve(import.meta.dirname, '../../docs/pictures')
const DESKTOP = { viewport: { width: 1280, height: 860 } }
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }
/** So many have bought before the admin is looked at. */
const ORDERS = 6

const browser = await chromium.launch({
  executablePath: process.env['CHROME_PATH'] ?? '/usr/bin/chromium',
  args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
})
await mkdir(FOLDER, { recursive: true })

const shop = new Shop(URL)
const { data: rated } = await shop.guest.GET('/products', {
  params: { query: { limit: 48, sort: 'rating', in_stock: true } },
})
const sold = rated?.items.filter(({ variants }) => variants[0]?.stock !== 'out_of_stock').slice(0, ORDERS) ?? []
const [product, second] = sold
if (!product || !second) throw new Error('The shop has nothing to show.')

for (const [screen, how] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
  await take(browser, `home-${screen}`, how, '/')
  await take(browser, `listing-${screen}`, how, '/c/kitchen')
  await take(browser, `product-${screen}`, how, `/p/${product.slug}`)
  await take(browser, `checkout-${screen}`, how, '/checkout', async (page) => {
    for (const { variants } of [product, second]) {
      await page.request.post(`${URL}/cart/items`, { data: { sku: variants[0]?.sku, quantity: 1 } })
    }
    await page.goto(`${URL}/checkout`)
    await typeContact(page, 'ada@example.test')
    await page.evaluate(() => scrollTo(0, 0))
  })
}

const orders = []
for (const bought of sold) orders.push(await shop.paidOrder('guest', bought))
await take(browser, 'admin-dashboard', DESKTOP, '/admin', signIn)
await take(browser, 'admin-order', DESKTOP, `/admin/orders/${orders.at(-1)?.id}`, signIn)
await browser.close()

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('E-mail').fill(ADMIN.email)
  await page.getByLabel('Password', { exact: true }).fill(ADMIN.password)
  await page.keyboard.press('Enter')
  await page.getByRole('navigation').first().waitFor()
}

async function take(
  from: Browser,
  name: string,
  screen: BrowserContextOptions,
  path: string,
  prepare?: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await from.newContext({
    ...screen,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  })
  const page = await context.newPage()
  await page.goto(`${URL}${path}`)
  await prepare?.(page)
  await page.waitForLoadState('networkidle')
  await page.screenshot({ path: join(FOLDER, `${name}.jpg`), type: 'jpeg', quality: 82 })
  await context.close()
}
