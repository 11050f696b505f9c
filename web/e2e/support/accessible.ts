// Owns what every page must hold for everyone: no axe violation, one h1, a way past the header, nothing cut off at 320 px.
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const NARROWEST = 320

/** No violation of any impact, in the state the page is in now. */
export async function expectAccessible(page: Page): Promise<void> {
  // Without "legacy mode" axe opens a second page for each answer, in case of frames from elsewhere: here are none.
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).setLegacyMode().analyze()
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}\n  ${target.join(' ')}\n  ${failureSummary}`),
  )
  expect(found, `axe on ${page.url()}`).toEqual([])
}

export async function expectWellFormed(page: Page): Promise<void> {
  await expect(page.locator('h1'), 'one h1').toHaveCount(1)
  await expect(page.locator('main'), 'one main').toHaveCount(1)
  // Where nothing stands before the content there is nothing to skip.
  const before = page.getByRole('banner').or(page.getByRole('navigation'))
  if ((await before.count()) > 0) await expect(page.locator('a[href="#main"]').first(), 'a skip link').toBeAttached()
  await expect(page).toHaveTitle(/\S.* · \S|^Rialto/)
}

/** Nothing makes the page scroll sideways on the narrowest screen. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const before = page.viewportSize()
  await page.setViewportSize({ width: NARROWEST, height: 640 })
  const tooWide = await page.evaluate((narrowest) => {
    const { scrollWidth } = document.documentElement
    if (scrollWidth <= narrowest) return []
    const isClipped = (element: Element): boolean => {
      for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
        if (getComputedStyle(box).overflowX !== 'visible') return true
      }
      return false
    }
    const outside = [...document.body.querySelectorAll('*')]
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect()
        return width > 0 && (right > narrowest + 1 || left < -1) && !isClipped(element)
      })
      .map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`)
    // What is placed absolutely may leave a box that clips the rest.
    return outside.length > 0 ? outside : [`something that makes it ${scrollWidth} px`]
  }, NARROWEST)
  if (before) await page.setViewportSize(before)
  expect(tooWide, `wider than ${NARROWEST} px on ${page.url()}`).toEqual([])
}
