// Shops of other currencies, read in other languages: the right decimals on the page, for search engines, and in the mail.
import { expectNoSidewaysScroll } from './support/accessible.ts'
import { expect, test } from './support/test.ts'

// 4,990 of the smallest coin, and the letters that say it.
const READINGS = [
  { currency: 'KWD', language: 'ar', shown: /4[.٫]990|٤٫٩٩٠/, offered: '4.990' },
  { currency: 'JPY', language: 'en', shown: /¥4,990(?![.,\d])/, offered: '4990' },
]

for (const { currency, language, shown, offered } of READINGS) {
  test(`a shop that sells in ${currency}, read in ${language}`, async ({ shopOfOwn, axe }) => {
    const { shop, page } = await shopOfOwn({ RIALTO__SHOP__CURRENCY: currency })
    const product = await shop.product({ title: 'Brass tray', price: { amount: 4990, currency } })
    await page.goto(`${language === 'en' ? '' : `/${language}`}/p/${product.slug}`)
    await expect(page.locator('html')).toHaveAttribute('dir', language === 'ar' ? 'rtl' : 'ltr')
    await expect(page.getByRole('main')).toContainText(shown)
    const offers = await page
      .locator('script[type="application/ld+json"]')
      .evaluateAll((scripts) => scripts.map(({ textContent }) => JSON.parse(textContent ?? '')))
    expect(JSON.stringify(offers)).toContain(`"price":"${offered}","priceCurrency":"${currency}"`)
    await axe(page)
    await expectNoSidewaysScroll(page)

    const order = await shop.paidOrder('guest', product, 1, language)
    expect((await shop.mail(order.email, /./)).text).toMatch(shown)
    await page.goto(`${language === 'en' ? '' : `/${language}`}/order/${order.id}?token=${order.guest_token}`)
    await expect(page.getByRole('main')).toContainText(shown)
    await expectNoSidewaysScroll(page)
  })
}

test('euros read in German', { tag: '@phone' }, async ({ page, shop, axe }) => {
  const product = await shop.product({ title: 'Messingtablett', price: { amount: 4990, currency: 'EUR' } })
  await page.goto(`/de/p/${product.slug}`)
  await expect(page.getByRole('main')).toContainText(/49,90\s€/)
  await axe()
  await expectNoSidewaysScroll(page)
  const order = await shop.paidOrder('guest', product, 1, 'de')
  expect((await shop.mail(order.email, /./)).text).toMatch(/49,90\s€/)
})
