// The gateway's first screen (services/gateway/pages) against what React makes of the same page: all of it is there again,
// in the same order, so that nobody sees the one go and the other come.
import type { Page } from '@playwright/test'
import { expect, test } from './support/test.ts'

const PAGES = ['/', '/p/{product}', '/c/tableware', '/search?q=lamp&rating=4', '/search?q=xyzzyqwv', '/nothing-here']
const LANGUAGES = { en: '', de: '/de', ar: '/ar' }

for (const [language, prefix] of Object.entries(LANGUAGES)) {
  for (const name of PAGES) {
    test(`the first screen of ${name} stays, in ${language}`, async ({ page, watch }) => {
      if (name === '/nothing-here') watch.expectFailure({ url: '/nothing-here', status: 404 })
      const { items } = await (await page.request.get('/products?limit=1&in_stock=true')).json()
      const path = prefix + (name === '/' && prefix ? '' : name.replace('{product}', items[0].slug))
      const letCome = await holdScript(page)
      await page.goto(path, { waitUntil: 'commit' })
      await page.locator('#first-data').waitFor({ state: 'attached' })
      const screens = await watchTakeOver(page)
      letCome()

      const first = await screens.evaluate(({ first }) => first)
      const atOnce = await screens.evaluate(({ takenOver }) => takenOver)
      await page.waitForLoadState('networkidle')
      const later = await screens.evaluate(({ now }) => now())

      expect(first.length).toBeGreaterThan(40)
      expect(lost(first, atOnce), 'gone when React took over').toBeUndefined()
      expect(lost(first, later), 'gone later').toBeUndefined()
    })
  }
}

test('what is typed before the page has taken over is not lost', async ({ page }) => {
  const letCome = await holdScript(page)
  await page.goto('/', { waitUntil: 'commit' })
  const search = page.getByRole('combobox', { name: 'Search the shop' })
  await search.pressSequentially('lamp')
  const first = await search.elementHandle()
  letCome()
  await page.waitForFunction((element) => element && !element.isConnected, first)
  await expect(search).toHaveValue('lamp')
  await expect(search).toBeFocused()
  await search.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('lamp')
})

test('what is pressed before the page has taken over happens then, and once', async ({ page, shop }) => {
  const product = await shop.product()
  const letCome = await holdScript(page)
  await page.goto(`/p/${product.slug}`, { waitUntil: 'commit' })
  const add = page.getByRole('button', { name: 'Add to cart' }).first()
  await add.click()
  await add.click()
  letCome()
  await expect(page.getByRole('dialog', { name: 'Added to your cart' })).toContainText(product.title)
  await expect(page.getByRole('link', { name: 'Cart, 1 item', includeHidden: true })).toBeAttached()
})

test('the focus is where it was once the page has taken over', async ({ page }) => {
  const letCome = await holdScript(page)
  await page.goto('/', { waitUntil: 'commit' })
  const home = page.getByRole('link', { name: 'Rialto' }).first()
  await home.focus()
  const first = await home.elementHandle()
  letCome()
  await page.waitForFunction((element) => element && !element.isConnected, first)
  await expect(home).toBeFocused()
})

/** The page's code is slow to come, until it is let. */
async function holdScript(page: Page): Promise<() => void> {
  let letCome = () => {}
  const waiting = new Promise<void>((resolve) => {
    letCome = resolve
  })
  await page.route('**/assets/index-*.js', async (route) => {
    await waiting
    await route.continue()
  })
  return letCome
}

/** The first part that is not there any more, with the one before it. More may have come in between. */
function lost(first: readonly string[], shown: readonly string[]): string | undefined {
  let at = 0
  for (const [index, part] of first.entries()) {
    const found = shown.indexOf(part, at)
    if (found < 0) return `${part} after ${first[index - 1]}`
    at = found + 1
  }
  return undefined
}

/**
 * What is seen of the page, taken apart: as the server wrote it, in the moment when React has put its own in that place,
 * and now.
 */
function watchTakeOver(page: Page) {
  return page.evaluateHandle(() => {
    const root = document.getElementById('root')
    if (!root) throw new Error('The document has no #root.')

    /** Its elements with their classes, and its texts. What is drawn is not looked into. */
    function now(): string[] {
      const all: string[] = []
      const walk = (element: Element) => {
        if (getComputedStyle(element).display === 'none') return
        const classes = [...element.classList].filter((name) => name !== 'active').sort()
        // Stars are cut to size by a style in the one, and in the drawing in the other.
        if (element.getAttribute('role') === 'img') return void all.push(`img ${element.getAttribute('aria-label')}`)
        all.push(`${element.tagName.toLowerCase()} .${classes.join('.')}`)
        if (element instanceof SVGElement) return
        const text = [...element.childNodes]
          .filter((node) => node.nodeType === Node.TEXT_NODE)
          .map((node) => node.nodeValue)
        const words = text.join('').replace(/\s+/g, ' ').trim()
        if (words) all.push(`"${words}"`)
        for (const child of element.children) walk(child)
      }
      for (const child of root?.children ?? []) walk(child)
      return all.map((part) => part.replace(/lucide[\w-]*\.?/g, ''))
    }

    const takenOver = new Promise<string[]>((resolve) => {
      new MutationObserver((_, observer) => {
        observer.disconnect()
        resolve(now())
      }).observe(root, { childList: true })
    })
    return { first: now(), takenOver, now }
  })
}
