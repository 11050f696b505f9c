// The work behind the counter: delivery prices tried out, a dispute answered, a mail's text changed, a role made.
import { type Api, CARDS, got, type Shop, skuOf, until } from './support/shop.ts'
import { ADMIN, expect, test } from './support/test.ts'

test('delivery prices are tried with an address and goods, and each rate says why', async ({
  page,
  shop,
  openAdmin,
  axe,
}) => {
  const product = await shop.product({ title: 'Iron stove' })
  const sku = skuOf(product)
  await openAdmin('/shipping/try')
  await page.getByLabel('Country').selectOption('DE')
  await page.getByLabel('Product', { exact: true }).fill(sku)
  await page.getByRole('button', { name: 'Ask the zones' }).click()
  const rates = page.getByRole('list', { name: 'Rates' })
  await expect(rates).toContainText('€4.90')
  await expect(page).toHaveURL(/items=/)

  // 100 of half a kilogram are more than the express takes.
  await page.getByLabel('Pieces', { exact: true }).fill('100')
  await page.getByRole('button', { name: 'Ask the zones' }).click()
  await expect(rates.getByRole('listitem').filter({ hasText: 'Express' })).toContainText('too heavy for it')
  await axe()
})

test('a zone is made with its rate, and shoppers there are offered it', { tag: '@desktop' }, async ({
  page,
  shop,
  openAdmin,
  axe,
}) => {
  const product = await shop.product()
  // A postcode belongs to one zone; the next run has another.
  const postcode = `35${String(Date.now() % 1000).padStart(3, '0')}`
  const name = `Island ${postcode}`
  await openAdmin('/shipping/zones/new')
  await page.getByRole('button', { name: /^Create the zone/ }).click()
  await expect(page.getByRole('alert')).toContainText('Give the zone a name.')
  await axe()

  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByRole('button', { name: 'Add a part of a country' }).click()
  await page.getByLabel('Country', { exact: true }).selectOption('ES')
  await page.getByLabel('Postcodes', { exact: true }).fill(postcode)
  await page.getByRole('button', { name: /^Create the zone/ }).click()
  await expect(page.getByRole('heading', { name })).toBeVisible()

  await page.getByRole('button', { name: 'Add a rate' }).click()
  await page.getByLabel('Name for shoppers').fill('Ship')
  await page.getByLabel('Price', { exact: true }).fill('19.50')
  await axe()
  await page.getByRole('button', { name: 'Save the rate' }).click()
  await expect(page.getByRole('main').getByText('€19.50')).toBeVisible()

  const destination = { country: 'ES', postal_code: postcode }
  const items = [{ sku: skuOf(product), quantity: 1 }]
  const { options } = got(await shop.guest.POST('/shipping/calculate', { body: { destination, items } }))
  expect(options.map(({ service, price }) => [service, price.amount])).toEqual([['Ship', 1950]])
})

test('a dispute is answered once, in time, and won', { tag: '@desktop' }, async ({ page, shop, openAdmin, axe }) => {
  const { paymentId, disputeId } = await disputed(shop)
  await openAdmin(`/payments/disputes/${paymentId}/${disputeId}`)
  await expect(page.getByText('Your answer is due in')).toBeVisible()
  await page.getByRole('button', { name: 'Hand in the answer' }).click()
  await expect(page.getByRole('alert')).toContainText('at least one thing')
  await axe()

  await page.getByLabel('Tracking number').fill('RLT1')
  // The word by which the sandbox's bank decides for the shop.
  await page.getByLabel('Anything else').fill('winning_evidence')
  await page.getByRole('button', { name: 'Hand in the answer' }).click()
  await axe()
  await page.getByRole('button', { name: 'Hand in, once' }).click()
  await expect(page.getByText('The evidence is with the bank')).toBeVisible()
  await expect(page.getByRole('main').getByText('RLT1')).toBeVisible()

  const admin = await shop.admin()
  await until('the bank to decide', async () => {
    const dispute = await disputeOf(admin, paymentId)
    return dispute?.status === 'won' ? true : undefined
  })
  await page.reload()
  await expect(page.getByText('The bank decided for the shop.')).toBeVisible()
})

test('held money is taken in part, and given back with a reason', { tag: '@desktop' }, async ({
  page,
  shop,
  openAdmin,
  axe,
}) => {
  const order = await shop.order('guest', await shop.product())
  const payment = await shop.charge(order, 'guest', CARDS.good, 'manual')
  await openAdmin(`/payments/${payment}`)
  await page.getByRole('button', { name: 'Take the money' }).click()
  await axe()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Take €/ })
    .click()
  await expect(page.getByRole('main').getByText('The money is ours.')).toBeVisible()

  await page.getByRole('button', { name: 'Refund' }).click()
  await page.getByLabel('Amount').fill('10')
  await page.getByLabel('Reason').fill('A scratch')
  await page.getByRole('button', { name: 'Give back €10.00' }).click()
  await expect(page.getByRole('main').getByText('A scratch')).toBeVisible()
  await expect(page.getByRole('main').getByText('Money given back')).toBeVisible()
  await axe()
})

test('the text of a mail is changed with a preview, tried, and taken back', { tag: '@desktop' }, async ({
  page,
  openAdmin,
  shop,
  watch,
}) => {
  watch.expectFailure({ url: '/templates/delivered/en/preview', status: 422 })
  await openAdmin('/notifications/templates/delivered/en')
  const preview = page.frameLocator('iframe')
  await expect(preview.getByText('Ada Lovelace')).toBeVisible()

  await page.getByLabel('Heading').fill('It is {{ nothing }}')
  await expect(page.getByText('Line 1 uses a variable that this message does not have.')).toBeVisible()
  await page.getByLabel('Heading').fill('It is there')
  await expect(preview.getByRole('heading', { name: 'It is there' })).toBeVisible()
  await page.getByRole('button', { name: 'Dark' }).click()
  await page.getByRole('button', { name: 'Phone' }).click()
  await expect(preview.locator('body')).toHaveCSS('background-color', 'rgb(20, 24, 22)')

  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('main').getByText('Yours')).toBeVisible()
  await page.getByRole('button', { name: 'Send a test' }).click()
  await page.getByRole('button', { name: 'Send the test' }).click()
  expect((await shop.mail(ADMIN.email, 'delivered')).text).toContain('It is there')

  await page.getByRole('button', { name: 'Versions' }).click()
  await page.getByRole('button', { name: 'Use the built-in text again' }).click()
  await expect(page.getByLabel('Heading')).not.toHaveValue('It is there')
})

test('a message is read as it was sent, and sent again', async ({ page, shop, openAdmin }) => {
  const order = await shop.paidOrder('guest')
  await shop.mail(order.email, 'confirmed')
  await openAdmin(`/notifications?to=${order.email}`)
  await page.getByRole('link', { name: /is confirmed/ }).click()
  await expect(page.frameLocator('iframe').getByText(order.number, { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Send again' }).click()
  await page.getByRole('button', { name: 'See it' }).click()
  await expect(page.getByText('Sent before as')).toBeVisible()
})

test('a shipment is packed, labelled, handed over and moved along', { tag: '@desktop' }, async ({
  page,
  shop,
  openAdmin,
  axe,
}) => {
  const order = await shop.paidOrder('guest')
  await openAdmin(`/shipping/shipments?order_id=${order.id}`)
  await expect(async () => {
    await page.getByRole('button', { name: 'Refresh' }).click()
    await expect(page.getByRole('link', { name: order.number })).toBeVisible({ timeout: 1_000 })
  }).toPass()
  await page.getByRole('link', { name: order.number }).click()
  await page.getByLabel('Weight (g)').fill('620')
  await page.getByRole('button', { name: 'Save the parcels' }).click()
  await expect(page.getByRole('status').filter({ hasText: '1 parcel saved' })).toBeVisible()
  await page.getByRole('button', { name: 'Buy label and ship' }).click()
  await axe()
  await page.getByRole('dialog').getByRole('button', { name: 'Buy label and ship' }).click()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: /^Label for the printer/ }).click()
  expect((await download).suggestedFilename()).toBe(`${order.number}.zpl`)
  await page.getByLabel('Seen next').selectOption('delivered')
  await page.getByRole('button', { name: 'Move the parcel' }).click()
  await expect(page.getByRole('main').getByText('Delivered', { exact: true }).first()).toBeVisible()
  await axe()
})

test('a role is made from the grid of permissions, and given to somebody', { tag: '@desktop' }, async ({
  page,
  shop,
  openAdmin,
  axe,
}) => {
  const customer = await shop.customer({ name: 'Grace Hopper' })
  const title = `Stock ${customer.email.slice(0, 18)}`
  await openAdmin('/settings/roles/new')
  await page.getByLabel('Name', { exact: true }).fill(title)
  await page.getByLabel('Search').fill('stock')
  await page.getByLabel('Correct the stock').check()
  await expect(page.getByLabel('See stock and its movements')).toBeChecked()
  await page.getByRole('button', { name: 'Make the role' }).click()
  await expect(page.getByRole('heading', { name: title })).toBeVisible()
  await axe()

  await page.goto('/admin/settings/staff')
  await page.getByRole('button', { name: 'Add someone' }).click()
  await page.getByLabel('Name or e-mail').fill(customer.email)
  await page.getByRole('radio').check()
  await page.getByLabel('Role', { exact: true }).selectOption({ label: title })
  await axe()
  await page.getByRole('button', { name: 'Give the role' }).click()
  await expect(page.getByRole('row').filter({ hasText: customer.email })).toContainText(title)
})

async function disputed(shop: Shop): Promise<{ paymentId: string; disputeId: string }> {
  const order = await shop.order('guest', await shop.product())
  await shop.pay(order, 'guest', CARDS.disputed)
  const admin = await shop.admin()
  const { items } = got(await admin.GET('/payments', { params: { query: { order_id: order.id } } }))
  const paymentId = items[0]?.payment_id ?? ''
  const dispute = await until('a dispute', () => disputeOf(admin, paymentId))
  return { paymentId, disputeId: dispute.dispute_id }
}

async function disputeOf(admin: Api, paymentId: string) {
  const { disputes } = got(await admin.GET('/payments/{id}', { params: { path: { id: paymentId } } }))
  return disputes[0]
}
