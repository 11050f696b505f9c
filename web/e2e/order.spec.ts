// An order by its link, without an account: its way, giving it up, sending it back, and finding it again.
import { CARD, expectThanks, guestAtPayment, payWith } from './support/buying.ts'
import { expect, test } from './support/test.ts'

test('a guest withdraws from part of a delivered order', { tag: '@phone' }, async ({ page, shop, axe }) => {
  const order = await shop.paidOrder('guest', await shop.product({ title: 'Pair of lamps' }), 2)
  await shop.deliver(order)
  await page.goto(`/order/${order.id}?token=${order.guest_token}`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Order ${order.number}`)
  await expect(page.getByRole('listitem').filter({ hasText: /^Delivered/ })).toBeVisible()
  await axe()

  await page.getByRole('button', { name: 'Withdraw from contract here' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: /^One less/ }).click()
  await dialog.getByRole('button', { name: 'Continue' }).click()
  await expect(dialog).toContainText('Refund for the goods €49.00')
  await axe()
  await dialog.getByRole('button', { name: 'Confirm withdrawal' }).click()
  await expect(dialog.getByRole('status')).toContainText('We have your withdrawal')
  await expect(dialog.getByRole('status')).toContainText('1 × Pair of lamps')
  await axe()
  await shop.mail(order.email, 'return')
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  await expect(page.getByRole('main')).toContainText('Requested')

  await page.getByRole('button', { name: 'Return items' }).click()
  await expect(dialog.getByRole('button', { name: /^One less/ })).toBeHidden()
})

test('an order is cancelled while that is possible', { tag: '@phone' }, async ({ page, shop, axe }) => {
  const order = await shop.paidOrder('guest')
  await page.goto(`/order/${order.id}?token=${order.guest_token}`)
  await page.getByRole('button', { name: 'Cancel the order' }).click()
  await expect(page.getByRole('dialog')).toContainText('€')
  await axe()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the order' }).click()
  await expect(page.getByRole('main')).toContainText('Order cancelled')
  await expect(page.getByRole('button', { name: 'Cancel the order' })).toBeHidden()
})

test('a lost link is sent again, and a stranger’s leads nowhere', { tag: '@desktop' }, async ({
  page,
  watch,
  shop,
  axe,
}) => {
  const order = await shop.paidOrder('guest')
  watch.expectFailure({ url: `/orders/${order.id}`, status: 404 })
  await page.goto(`/order/${order.id}?token=somebody-elses`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Track an order')
  await expect(page.getByRole('status').filter({ hasText: 'does not lead to an order' })).toBeVisible()
  await page.getByRole('button', { name: 'Send me the link' }).click()
  await expect(page.getByRole('alert')).toBeFocused()
  await axe()
  await page.getByLabel('Order number').fill(order.number)
  await page.getByLabel('E-mail').fill(order.email)
  await page.getByRole('button', { name: 'Send me the link' }).click()
  await expect(page.getByRole('main')).toContainText('If there is such an order')
  await page.goto(await shop.mailedLink(order.email, `link to order ${order.number}`, '/order/'))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Order ${order.number}`)
})

test('the link of a parcel shows where it is', { tag: '@desktop' }, async ({ page, shop, axe }) => {
  const order = await shop.paidOrder('guest')
  await shop.ship(order)
  const { shipments } = await shop.orderUntil(order.id, ({ shipments: [parcel] }) => Boolean(parcel?.tracking_url))
  const link = new URL(shipments[0]?.tracking_url ?? '', shop.url)
  await page.goto(link.pathname + link.search)
  await expect(page.getByRole('main')).toContainText(order.number)
  await expect(page.getByRole('main')).toContainText('On its way')
  await axe()
})

test('a guest keeps an account after the order, with one field', { tag: '@desktop' }, async ({ page, shop, axe }) => {
  const email = await guestAtPayment(page, await shop.product())
  await payWith(page, CARD.good)
  await expectThanks(page)
  await page.getByLabel('Password').fill('slow-heron-12-lantern')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByText('Your account is there')).toBeVisible()
  await axe()
  await shop.mail(email, 'confirm|verify|address')
})
