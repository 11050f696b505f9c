// What a first visit costs, against the limits: bytes, shifts, and how soon the largest thing can be seen.
import { broken, firstLoad } from './support/numbers.ts'
import { ADMIN, expect, test } from './support/test.ts'

interface Limits {
  /** Kilobytes of JavaScript, in Brotli. */
  js: number
  /** The gateway writes its first screen. */
  hasFirstScreen?: boolean
  as?: 'admin'
}

const PAGES: Readonly<Record<string, Limits>> = {
  '/': { js: 120, hasFirstScreen: true },
  '/c/kitchen': { js: 120, hasFirstScreen: true },
  '/p/…': { js: 120, hasFirstScreen: true },
  '/search?q=lamp': { js: 120 },
  '/cart': { js: 130 },
  '/checkout': { js: 150 },
  '/login': { js: 120 },
  '/admin/login': { js: 200 },
  '/admin/orders': { js: 320, as: 'admin' },
}
const CSS_KB = 25
const FONTS_KB = 60
const HTML_KB = 60
const SHIFT = 0.02
const REQUESTS_BEFORE_LARGEST = 10

for (const [name, { js, hasFirstScreen, as }] of Object.entries(PAGES)) {
  test(`a first visit to ${name}`, { tag: '@phone' }, async ({ page, signIn }, info) => {
    if (as) await signIn(ADMIN)
    // Of the sample, with its pictures: other tests make products meanwhile.
    const { items } = await (await page.request.get('/products?limit=1&in_stock=true&category=kitchen')).json()
    if (name === '/checkout') {
      await page.request.post('/cart/items', { data: { sku: items[0].variants[0].sku, quantity: 1 } })
    }
    const load = await firstLoad(page, name.replace('…', items[0].slug))
    const found = broken(info, name, {
      'JS KB': { is: load.js, limit: js },
      'CSS KB': { is: load.css, limit: CSS_KB },
      'fonts KB': { is: load.fonts, limit: FONTS_KB },
      'HTML KB': { is: load.html, limit: HTML_KB },
      shift: { is: load.shift, limit: SHIFT },
      ...(hasFirstScreen && {
        'requests before LCP': { is: load.requestsBeforeLargest, limit: REQUESTS_BEFORE_LARGEST },
        'LCP from the server': { is: load.isLargestFromServer, limit: true },
      }),
    })
    expect(found, load.story).toEqual([])
  })
}
