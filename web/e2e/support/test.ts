// Owns what every test gets: a shop, a watched page, a count of what was done, and people who are signed in.
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test'
import { expectAccessible } from './accessible.ts'
import { Counter } from './counter.ts'
import { ADMIN } from './people.ts'
import { type Customer, Shop, until } from './shop.ts'
import { freePort, startShop } from './start-shop.ts'
import { Watch } from './watch.ts'

/** A debug build on a busy machine takes its time to open. */
const OPENING_MS = 60_000

interface ForTests {
  /** Fails the test for what may not happen; announce here what the test provokes. */
  watch: Watch
  counter: Counter
  /** No axe violation now. */
  axe: (page?: Page) => Promise<void>
  /** Signs somebody in without the form; for tests that are not about signing in. */
  signIn: (who: Pick<Customer, 'email' | 'password'>, page?: Page) => Promise<void>
  /** The admin's page at this path, for somebody who may do everything. */
  openAdmin: (path: string, page?: Page) => Promise<void>
  /** Another person with a browser of their own, watched too. */
  visitor: () => Promise<Page>
  /** A shop that nobody else is in, with these settings, and somebody who looks at it. */
  shopOfOwn: (settings?: Record<string, string>) => Promise<{ shop: Shop; page: Page }>
}

interface ForWorkers {
  shop: Shop
}

export const test = base.extend<ForTests, ForWorkers>({
  shop: [
    async ({ browserName: _ }, use) => {
      await use(new Shop(process.env['RIALTO_E2E_SHOP'] ?? ''))
    },
    { scope: 'worker' },
  ],

  watch: [
    async ({ context, shop }, use) => {
      const watch = new Watch(shop.url)
      await watch.over(context)
      await use(watch)
      expect(watch.offences).toEqual([])
    },
    { auto: true },
  ],

  counter: async ({ context }, use) => {
    const counter = new Counter()
    await counter.over(context)
    await use(counter)
  },

  axe: async ({ page }, use) => {
    await use((on = page) => expectAccessible(on))
  },

  signIn: async ({ page }, use) => {
    await use((who, on = page) => signIn(on.context(), who))
  },

  openAdmin: async ({ page, signIn }, use) => {
    await use(async (path, on = page) => {
      await signIn(ADMIN, on)
      await on.goto(`/admin${path}`)
    })
  },

  visitor: async ({ browser, watch, contextOptions }, use, testInfo) => {
    const contexts: BrowserContext[] = []
    await use(async () => {
      const context = await browser.newContext({ ...contextOptions, ...testInfo.project.use })
      contexts.push(context)
      await watch.over(context)
      return context.newPage()
    })
    for (const context of contexts) await context.close()
  },

  shopOfOwn: async ({ browser, contextOptions }, use, info) => {
    const endings: Array<() => Promise<void>> = []
    await use(async (settings) => {
      const { url, stop } = await startShop({ port: await freePort(), log: info.outputPath('shop.log'), settings })
      endings.push(stop)
      const isReady = () =>
        fetch(`${url}/readyz`)
          .then(({ ok }) => ok || undefined)
          .catch(() => undefined)
      await until('the shop to open', isReady, OPENING_MS)
      const context = await browser.newContext({ ...contextOptions, ...info.project.use, baseURL: url })
      const watch = new Watch(url)
      await watch.over(context)
      endings.unshift(async () => {
        await context.close()
        expect(watch.offences).toEqual([])
      })
      return { shop: new Shop(url), page: await context.newPage() }
    })
    for (const end of endings) await end()
  },
})

export { ADMIN, expect }

/** The refresh cookie comes into the browser's jar, and the page is told that somebody is signed in. */
async function signIn(context: BrowserContext, { email, password }: Pick<Customer, 'email' | 'password'>) {
  const answer = await context.request.post('/users/login', { data: { email, password } })
  expect(answer.status(), `sign in as ${email}`).toBe(200)
  await context.addInitScript(() => {
    // Pages without an origin have no storage (axe opens one). And only once: the test may sign out later.
    if (location.origin === 'null') return
    if (!sessionStorage.getItem('e2e.signed-in')) localStorage.setItem('rialto.signed-in', '1')
    sessionStorage.setItem('e2e.signed-in', '1')
  })
}
