// Every route of both apps, on both screens, light and dark, in a language of each direction: the rules for all pages.
import { expectNoSidewaysScroll, expectWellFormed } from './support/accessible.ts'
import { ADMIN, routesOf, STOREFRONT } from './support/routes.ts'
import { test as base, expect } from './support/test.ts'
import { makeWorld, type World } from './support/world.ts'

const test = base.extend<object, { world: World }>({
  world: [async ({ shop }, use) => use(await makeWorld(shop)), { scope: 'worker', timeout: 180_000 }],
})

const APPS = [
  { name: 'storefront', routes: STOREFRONT, languages: ['en', 'ar'] },
  { name: 'admin', routes: ADMIN, languages: ['en', 'de'] },
] as const

const PHONE = { width: 390, height: 844 }

for (const { name, routes, languages } of APPS) {
  test(`the sweep knows every route of the ${name}`, { tag: '@desktop' }, () => {
    const known = Object.keys(routes)
    expect(routesOf(name).filter((route) => !known.includes(route))).toEqual([])
    expect(known.filter((route) => route.startsWith('/') && !routesOf(name).includes(route))).toEqual([])
  })

  for (const language of languages) {
    for (const [route, { path, as, fails, arrange }] of Object.entries(routes)) {
      // One visit sees both screens: loading every page twice would take longer than all the rest.
      test(`${name} ${route} in ${language}`, { tag: '@desktop' }, async ({ page, axe, signIn, watch, world }) => {
        if (as) await signIn(as === 'admin' ? world.admin : world.customer)
        if (fails) watch.expectFailure(fails)
        await arrange?.(page, world)
        await page.addInitScript((choice) => {
          if (location.origin !== 'null') localStorage.setItem('rialto.admin.locale', choice)
        }, language)

        const prefix = name === 'storefront' && language !== 'en' ? `/${language}` : ''
        await page.goto(prefix + path(world).replace(/^\/$/, prefix ? '' : '/'))
        await expect(page.locator('h1')).toBeVisible()
        await page.waitForLoadState('networkidle')
        await expect(page.locator('html')).toHaveAttribute('lang', language)
        await expect(page.locator('body')).toHaveCSS('direction', language === 'ar' ? 'rtl' : 'ltr')

        await expectWellFormed(page)
        await axe()
        await page.emulateMedia({ colorScheme: 'dark' })
        await axe()
        await page.setViewportSize(PHONE)
        await expect(page.locator('h1')).toBeVisible()
        await axe()
        await page.emulateMedia({ colorScheme: 'light' })
        await axe()
        await expectNoSidewaysScroll(page)
      })
    }
  }
}
