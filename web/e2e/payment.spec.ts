// Paying: with the bank's yes or no, after a refusal, twice at once, and when an answer gets lost.
import { CARD, expectThanks, guestAtPayment, orderOf, payButton, payWith, typeCard } from './support/buying.ts'
import { got, type Shop } from './support/shop.ts'
import { expect, test } from './support/test.ts'

test('the bank asks, the buyer says yes', { tag: '@phone' }, async ({ page, shop, axe }) => {
  await guestAtPayment(page, await shop.product())
  await payWith(page, CARD.threeDSecure)
  await page.getByRole('button', { name: 'Approve' }).click()
  await expectThanks(page)
  expect(page.url()).not.toContain('payment_intent')
  await page.reload()
  await expectThanks(page)
  await axe()
  expect(await attemptsAt(shop, orderOf(page))).toEqual(['succeeded'])
})

test('the buyer says no at the bank, then takes another card', { tag: '@desktop' }, async ({ page, shop, axe }) => {
  await guestAtPayment(page, await shop.product())
  await payWith(page, CARD.threeDSecure)
  await page.getByRole('button', { name: 'Refuse' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The payment did not go through')
  await expect(page.getByRole('alert')).toContainText('not confirmed with your bank')
  await expect(page.getByRole('main')).toContainText('Marktplatz 1')
  await axe()
  await payWith(page, CARD.good)
  await expectThanks(page)
  expect(await attemptsAt(shop, orderOf(page))).toEqual(['failed', 'succeeded'])
})

test('who leaves the bank is asked again', { tag: '@desktop' }, async ({ page, shop }) => {
  await guestAtPayment(page, await shop.product())
  await payWith(page, CARD.threeDSecure)
  await expect(page.getByRole('button', { name: 'Approve' })).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your bank wants you to confirm')
  await page.getByRole('link', { name: 'Continue at your bank' }).click()
  await page.getByRole('button', { name: 'Approve' }).click()
  await expectThanks(page)
})

test('a declined card says why, and another one pays', { tag: '@phone' }, async ({ page, watch, shop, axe }) => {
  watch.expectFailure({ url: '/payment/checkout', status: 402 })
  await guestAtPayment(page, await shop.product())
  const why = page.getByRole('alert')
  for (const [card, words] of [
    [CARD.declined, 'declined this card'],
    [CARD.noFunds, 'not enough money'],
    [CARD.wrongCode, 'check the number, the date and the security code'],
  ] as const) {
    await payWith(page, card)
    await expect(why).toContainText(words)
    await expect(why).toBeFocused()
    await expect(page.getByLabel('Card number')).toHaveValue(card)
  }
  await axe()
  await page.reload()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The payment did not go through')
  await axe()
  await payWith(page, CARD.good)
  await expectThanks(page)
})

test('who wants another order after all has the goods and the address back', { tag: '@desktop' }, async ({
  page,
  watch,
  shop,
}) => {
  watch.expectFailure({ url: '/payment/checkout', status: 402 })
  const product = await shop.product({ title: 'Second thoughts' })
  const email = await guestAtPayment(page, product)
  await payWith(page, CARD.declined)
  await expect(page.getByRole('alert')).toBeVisible()
  await page.reload()
  await page.getByRole('button', { name: 'Change something in this order' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: product.title })).toBeVisible()
  await page.getByRole('link', { name: 'Checkout', exact: true }).click()
  await expect(page.getByRole('main')).toContainText(email)
})

test('two presses, two tabs and the way back make one order and one charge', { tag: '@desktop' }, async ({
  page,
  watch,
  shop,
}) => {
  // One of the two meets the other on its way.
  watch.expectFailure({ url: '/payment/checkout', status: 409 })
  await guestAtPayment(page, await shop.product())
  const tab = await page.context().newPage()
  await tab.goto('/checkout')
  await typeCard(tab, CARD.good)
  await typeCard(page, CARD.good)
  await Promise.all([payButton(page).dblclick(), payButton(tab).click()])
  await expectThanks(page)
  await expectThanks(tab)
  expect(orderOf(tab)).toBe(orderOf(page))
  expect(await attemptsAt(shop, orderOf(page))).toEqual(['succeeded'])
  await page.goto('/checkout')
  await expectThanks(page)
})

test('an answer that gets lost is looked for, and the order is paid once', { tag: '@desktop' }, async ({
  page,
  shop,
}) => {
  await guestAtPayment(page, await shop.product())
  await payWith(page, CARD.lost)
  await expectThanks(page)
  expect(await attemptsAt(shop, orderOf(page))).toEqual(['succeeded'])
})

test('a browser that closes while it pays leaves one paid order and an empty cart', { tag: '@desktop' }, async ({
  page,
  context,
  shop,
}) => {
  const email = await guestAtPayment(page, await shop.product())
  const reached = new Promise<void>((done) => {
    // The shop gets the wish to pay, the page never its answer.
    page.route('**/payment/checkout', (route) => route.fetch().then(() => done()))
  })
  await payWith(page, CARD.good)
  await reached
  await page.close()

  const later = await context.newPage()
  // The mail's link opens the order by itself.
  await later.goto(await shop.mailedLink(email, 'confirm', '/order/'))
  await expectThanks(later)
  await expect(later.getByRole('link', { name: 'Cart, empty' })).toBeVisible()
  expect(await attemptsAt(shop, orderOf(later))).toEqual(['succeeded'])
  const { items } = got(await (await shop.admin()).GET('/orders', { params: { query: { q: email } } }))
  expect(items).toHaveLength(1)
})

async function attemptsAt(shop: Shop, order: string): Promise<string[]> {
  const admin = await shop.admin()
  const { items } = got(await admin.GET('/payments', { params: { query: { order_id: order } } }))
  const payments = await Promise.all(
    items.map(async ({ payment_id: id }) => got(await admin.GET('/payments/{id}', { params: { path: { id } } }))),
  )
  return payments.flatMap(({ attempts }) => attempts.map(({ status }) => status))
}
