// The work on orders: found, sent in parts, partly refunded with the goods back on the shelf; cancelled; many at once.
import { got, skuOf } from './support/shop.ts'
import { staffWith } from './support/staff.ts'
import { expect, test } from './support/test.ts'

test('an order is fulfilled in three clicks from the list, and refunded in four', async ({
  page,
  shop,
  openAdmin,
  counter,
}) => {
  const order = await shop.paidOrder('guest')
  await openAdmin(`/orders?status=processing&q=${order.number}`)
  await expect(page.getByRole('link', { name: order.number })).toBeVisible()

  const dialog = page.getByRole('dialog')
  counter.reset()
  await page.getByRole('link', { name: order.number }).click()
  await page.getByRole('button', { name: 'Fulfil', exact: true }).click()
  await dialog.getByRole('button', { name: 'Send 1 piece' }).click()
  await expect(page.getByRole('dialog', { name: 'The parcel is on its way' })).toBeVisible()
  expect(counter.clicks).toBe(3)

  await page.goto(`/admin/orders?q=${order.number}`)
  await expect(page.getByRole('link', { name: order.number })).toBeVisible()
  counter.reset()
  await page.getByRole('link', { name: order.number }).click()
  await page.getByRole('button', { name: 'Refund', exact: true }).click()
  await page.getByRole('button', { name: 'Everything' }).click()
  await dialog.getByRole('button', { name: /^Refund €/ }).click()
  await expect(dialog).toBeHidden()
  expect(counter.clicks).toBe(4)
  await shop.orderUntil(order.id, ({ payment_status }) => payment_status !== 'paid')
})

test('one of two pieces is sent, comes back, and is refunded', async ({ page, shop, openAdmin, axe }) => {
  const product = await shop.product({ title: 'Oak stool', stock: 9 })
  const order = await shop.paidOrder('guest', product, 2)
  const sku = skuOf(product)
  await openAdmin(`/orders/${order.id}`)
  const main = page.getByRole('main')
  const dialog = page.getByRole('dialog')

  await page.getByRole('button', { name: 'Fulfil', exact: true }).click()
  await dialog.getByRole('button', { name: /^One piece less/ }).click()
  await expect(dialog).toContainText('1 piece stays behind')
  await axe()
  await dialog.getByRole('button', { name: 'Send 1 piece' }).click()
  await expect(dialog).toContainText('1 piece is still to be sent')
  await axe()
  const tracking = await dialog.getByRole('button', { name: /^Copy RLT/ }).textContent()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(main.getByText('Partially shipped')).toBeVisible()
  await expect(main.getByText('1 under way')).toBeVisible()

  // The buyer sees it too.
  const seen = await shop.orderUntil(order.id, ({ shipments }) => shipments.some((parcel) => parcel.tracking_number))
  expect(tracking).toContain(seen.shipments.find((parcel) => parcel.tracking_number)?.tracking_number ?? 'none')
  await shop.mail(order.email, 'on its way')

  await page.getByRole('button', { name: 'Delivered', exact: true }).click()
  await expect(main.getByText('1 delivered')).toBeVisible()
  const before = await stockOf(sku)
  await page.getByRole('button', { name: 'Refund', exact: true }).click()
  await dialog.getByRole('button', { name: /^One piece more/ }).click()
  await dialog.getByLabel('The goods').selectOption('restock')
  await expect(dialog.getByRole('status').filter({ hasText: '→' })).toContainText('1 piece, €49.00 → visa •••• 4242')
  await axe()
  await dialog.getByRole('button', { name: 'Refund €49.00' }).click()
  await expect(dialog).toBeHidden()

  await expect(main.getByText('1 came back')).toBeVisible()
  await expect(main.getByRole('row', { name: /^Refunded/ })).toContainText('−€49.00')
  const paid = order.totals.total.amount
  await expect(main.getByRole('row', { name: /^Kept/ })).toContainText(((paid - 4900) / 100).toFixed(2))
  await expect(main.getByText('Money went back')).toBeVisible()
  await expect(main.getByText('A return was asked for')).toBeVisible()
  await shop.mail(order.email, 'refund')
  await expect.poll(() => stockOf(sku)).toBe(before + 1)
  await page.getByText('How these numbers come about').click()
  await expect(main.getByText('Calculated anew: the same numbers')).toBeVisible()
  await axe()

  async function stockOf(of: string): Promise<number> {
    const admin = await shop.admin()
    return got(await admin.GET('/inventory/{sku}', { params: { path: { sku: of } } })).on_hand
  }
})

test('an order is cancelled with a reason, and its money goes back', { tag: '@desktop' }, async ({
  page,
  shop,
  openAdmin,
  axe,
}) => {
  const order = await shop.paidOrder('guest')
  await openAdmin(`/orders/${order.id}`)
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('goes back to the buyer')
  await axe()
  await dialog.getByLabel('Reason').fill('The last one fell off the shelf')
  await dialog.getByRole('button', { name: 'Cancel the order' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('main').getByText('The order is now: Cancelled')).toBeVisible()
  await expect(page.getByRole('main').getByText('The last one fell off the shelf')).toBeVisible()
  await shop.orderUntil(order.id, ({ payment_status }) => payment_status === 'refunded')
})

test('many orders are sent at once, and the list says what came of each', { tag: '@desktop' }, async ({
  page,
  shop,
  openAdmin,
  axe,
}) => {
  const product = await shop.product({ title: 'Crate', stock: 30 })
  const orders = await Promise.all([1, 2, 3].map(() => shop.paidOrder('guest', product)))
  const sku = skuOf(product)
  await openAdmin(`/orders?q=${sku}`)
  await expect(page.getByRole('link', { name: /^R-/ })).toHaveCount(orders.length)
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await expect(page.getByText('2 chosen')).toBeVisible()
  await axe()
  await page.getByRole('button', { name: 'Fulfil 2' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Fulfil 2 orders' }).click()
  await expect(dialog).toContainText('2 were done.')
  await axe()
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  await expect(page.getByRole('row').filter({ hasText: 'Shipped' })).toHaveCount(2)
  await page.getByRole('link', { name: 'To fulfil' }).click()
  await expect(page.getByLabel('Number, e-mail')).toHaveValue('')
  await page.getByLabel('Number, e-mail').fill(sku)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('row').filter({ hasText: 'To fulfil' })).toHaveCount(1)

  await page.getByRole('button', { name: 'My views' }).click()
  await page.getByLabel('Save what is shown now as').fill('Crates to send')
  await page.keyboard.press('Enter')
  await page.goto('/admin/orders')
  await page.getByRole('button', { name: 'My views' }).click()
  await page.getByRole('button', { name: 'Crates to send', exact: true }).click()
  await expect(page).toHaveURL(new RegExp(`q=${sku}`))
})

test('whoever lacks a right sees the reason in place of the deed', { tag: '@desktop' }, async ({
  page,
  shop,
  signIn,
  axe,
}) => {
  const order = await shop.paidOrder('guest')
  await signIn(await staffWith(shop, ['orders:read', 'shipping:read', 'payments:read']))
  await page.goto(`/admin/orders/${order.id}`)
  const refund = page.getByRole('button', { name: 'Refund', exact: true })
  await expect(refund).toHaveAttribute('aria-disabled', 'true')
  await refund.focus()
  await expect(page.getByRole('tooltip').filter({ hasText: 'payments:refund' })).toBeVisible()
  await refund.click({ force: true })
  await expect(page.getByRole('dialog')).toBeHidden()
  await axe()
})

test('a return is approved, inspected piece by piece, and refunded', { tag: '@desktop' }, async ({
  page,
  shop,
  openAdmin,
  axe,
}) => {
  const customer = await shop.customer()
  const product = await shop.product({ title: 'Linen cushion' })
  const order = await shop.paidOrder(customer, product, 2)
  await shop.deliver(order)
  const lines = [{ sku: skuOf(product), quantity: 2, reason: 'too small' }]
  const { id } = got(
    await customer.api.POST('/orders/{id}/returns', { params: { path: { id: order.id } }, body: { lines } }),
  )
  await openAdmin('/orders/returns?status=requested')
  await page.getByRole('link', { name: order.number }).click()
  await expect(page.getByRole('heading', { name: `Return of ${order.number}` })).toBeVisible()
  await expect(page).toHaveURL(new RegExp(id))
  await page.getByRole('button', { name: 'Approve', exact: true }).click()
  await page.getByLabel('Back on the shelf').fill('1')
  await page.getByLabel('Damaged').fill('1')
  await axe()
  await page.getByRole('button', { name: 'Book 2 pieces' }).click()
  await expect(page.getByRole('main').getByText('1 · Damaged')).toBeVisible()
  await page.getByRole('button', { name: 'Refund €98.00' }).click()
  await expect(page.getByRole('main').getByText('Refunded', { exact: true })).toBeVisible()
  await axe()
})
