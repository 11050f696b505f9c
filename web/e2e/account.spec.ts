// What is one's own: addresses, choices, sessions, data, and in the end the account itself.
import { freshEmail } from './support/people.ts'
import { expect, test } from './support/test.ts'

test('an address is added by its country’s rules, deleted, and brought back', async ({ page, shop, signIn, axe }) => {
  await signIn(await shop.customer())
  await page.goto('/account/addresses')
  await page.getByRole('button', { name: 'Add an address' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Country').selectOption('US')
  await expect(dialog.getByLabel('State')).toBeVisible()
  await dialog.getByLabel('Country').selectOption('DE')
  await expect(dialog.getByLabel('State')).toBeHidden()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog.getByRole('alert')).toBeFocused()
  await axe()

  await dialog.getByLabel('Street and number').fill('Torstraße 1')
  await dialog.getByLabel('Postcode').fill('1011')
  await dialog.getByLabel('Town or city').fill('Berlin')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog.getByRole('alert')).toContainText('looks like 10115')
  await dialog.getByLabel('Postcode').fill('10119')
  await dialog.getByLabel('Name of this address').fill('Home')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()

  const card = page.getByRole('article').filter({ hasText: 'Home' })
  await expect(card).toContainText('10119 Berlin')
  await axe()
  await card.getByRole('button', { name: 'Delete Home' }).click()
  await expect(card).toBeHidden()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(card).toContainText('Torstraße 1')
})

test('choices are kept, and locked topics say why', { tag: '@desktop' }, async ({ page, shop, signIn, axe }) => {
  await signIn(await shop.customer())
  await page.goto('/account/notifications')
  const offers = page.getByRole('row', { name: /New things and offers/ })
  const kept = page.waitForResponse(
    (answer) => answer.request().method() !== 'GET' && answer.url().includes('/notifications/preferences'),
  )
  await offers.getByLabel('E-mail').check()
  await kept
  await expect(page.getByRole('row', { name: /Your orders/ })).toContainText('Always on')
  await page.getByLabel('Language', { exact: true }).selectOption('de')
  await expect(page.getByText('Saved.')).toBeVisible()
  await page.reload()
  await expect(offers.getByLabel('E-mail')).toBeChecked()
  await expect(page.getByLabel('Language', { exact: true })).toHaveValue('de')
  await axe()
})

test('another device is signed out, and the password changed', { tag: '@desktop' }, async ({
  page,
  shop,
  signIn,
  axe,
  watch,
}) => {
  const customer = await shop.customer()
  await signIn(customer)
  await page.goto('/account/security')
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await expect(page.getByText('You are signed in only here.')).toBeVisible()

  await page.getByRole('button', { name: 'Change the password' }).click()
  await page.getByLabel('Password now').fill('this-is-not-it-0')
  await page.getByLabel('New password').fill('amber-kettle-73-orchard')
  watch.expectFailure({ url: '/users/password/change', status: 422 })
  await page.getByRole('button', { name: 'Save the password' }).click()
  await expect(page.getByRole('alert')).toContainText('not the password you have now')
  await axe()
  await page.getByLabel('Password now').fill(customer.password)
  await page.getByRole('button', { name: 'Save the password' }).click()
  await expect(page.getByText('Your password is changed')).toBeVisible()
  await shop.signIn(customer.email, 'amber-kettle-73-orchard')
})

test('a new address for mail counts once its link is opened', { tag: '@desktop' }, async ({ page, shop, signIn }) => {
  const customer = await shop.customer()
  const email = freshEmail('countess')
  await signIn(customer)
  await page.goto('/account/profile')
  await page.getByRole('button', { name: 'Change the address' }).click()
  await page.getByLabel('New e-mail address').fill(email)
  await page.getByLabel('Your password').fill(customer.password)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await expect(page.getByText(`We have sent a link to ${email}`)).toBeVisible()

  await page.goto(await shop.mailedLink(email, 'address', '/account/email/confirm'))
  await page.getByRole('button', { name: 'Confirm the address' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your new address counts from now on')
  await page.goto('/account')
  await expect(page.getByRole('main')).toContainText(email)
})

test('the data comes as a file, and the account can be deleted', { tag: '@desktop' }, async ({
  page,
  shop,
  signIn,
  axe,
  watch,
}) => {
  const customer = await shop.customer()
  const order = await shop.paidOrder(customer)
  await signIn(customer)
  await page.goto('/account/security')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download your data' }).click()
  const file = await (await download).createReadStream()
  const text = (await file.toArray()).join('')
  expect(JSON.parse(text)).toMatchObject({
    account: { user: { email: customer.email } },
    orders: [{ email: customer.email }],
  })

  await page.getByRole('button', { name: 'Delete the account…' }).click()
  const dialog = page.getByRole('dialog')
  await axe()
  watch.expectFailure({ url: '/users/login', status: 401 })
  await dialog.getByLabel('Your password').fill('not-my-password-9')
  await dialog.getByRole('button', { name: 'Delete for good' }).click()
  await expect(dialog.getByRole('alert')).toContainText('not your password')
  // Nobody could send what is paid once the address is gone.
  watch.expectFailure({ url: '/users/me', status: 409 })
  await dialog.getByLabel('Your password').fill(customer.password)
  await dialog.getByRole('button', { name: 'Delete for good' }).click()
  await expect(dialog.getByRole('alert')).toContainText(`Paid and not sent yet: ${order.number}`)
  await shop.deliver(order)
  await dialog.getByRole('button', { name: 'Delete for good' }).click()
  await expect(page.getByRole('dialog', { name: 'Your account is deleted' })).toBeVisible()
  await page.getByRole('button', { name: 'Go to the shop' }).click()
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible()
})

test('an order is found, looked at and bought again', async ({ page, shop, signIn, axe }) => {
  const customer = await shop.customer()
  const product = await shop.product()
  const order = await shop.paidOrder(customer, product, 2)
  await signIn(customer)
  await page.goto('/account/orders')
  await page.getByRole('searchbox', { name: 'Find an order by its number' }).fill(order.number)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/number=/)
  await axe()
  await page.getByRole('button', { name: `Buy again: order ${order.number}` }).click()
  const drawer = page.getByRole('dialog')
  await expect(drawer).toContainText(product.title)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('link', { name: 'Cart, 2 items' })).toBeVisible()

  await page.getByRole('link', { name: `Order ${order.number}` }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Order ${order.number}`)
  await axe()
})
