// Coming in and staying in: an account is made, proven, forgotten, found again; and a session that runs out loses nothing.
import { freshEmail, PASSWORD } from './support/people.ts'
import { skuOf } from './support/shop.ts'
import { expect, test } from './support/test.ts'

const NEW_PASSWORD = 'amber-kettle-73-orchard'

test('somebody makes an account and is where they were going', async ({ page, shop, axe, counter, watch }) => {
  const email = freshEmail()
  await page.goto('/account/orders')
  await expect(page).toHaveURL(/\/login\?next=/)
  await page.getByRole('link', { name: 'Create an account' }).click()
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('alert')).toBeFocused()
  await expect(page.getByRole('alert').getByRole('link')).toHaveCount(3)
  await axe()

  counter.reset()
  watch.expectFailure({ url: '/users/register', status: 422 })
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Name').fill('Grace Hopper')
  await page.getByLabel('Password', { exact: true }).fill('password1234')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('alert')).toContainText('easy to guess')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page).toHaveURL(/\/account\/orders$/)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Orders')
  expect(counter.fields).toBe(3)

  await page.goto(await shop.mailedLink(email, 'confirm|verify', '/account/verify'))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your address is confirmed')
  await axe()
})

test('a wrong password is refused in words, the right one signs in', { tag: '@desktop' }, async ({
  page,
  shop,
  axe,
  watch,
  counter,
}) => {
  const { email, name } = await shop.customer()
  watch.expectFailure({ url: '/users/login', status: 401 })
  await page.goto('/login')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill('not-my-password-9')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('do not belong together')
  await axe()
  await expect(page.getByLabel('E-mail')).toHaveValue(email)

  counter.reset()
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Hello, ${name}`)
  expect([counter.clicks, counter.fields]).toEqual([0, 1])

  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible()
  await page.goto('/account')
  await expect(page).toHaveURL(/\/login/)
})

test('a forgotten password is set anew, once', { tag: '@desktop' }, async ({ page, shop, axe, watch }) => {
  const { email } = await shop.customer()
  await page.goto('/login')
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await expect(page.getByLabel('E-mail')).toHaveValue(email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await expect(page.getByRole('status').filter({ hasText: email })).toBeVisible()
  await axe()

  const link = await shop.mailedLink(email, 'password', '/account/reset')
  await page.goto(link)
  await page.getByLabel('New password').fill(NEW_PASSWORD)
  await page.getByRole('button', { name: 'Save the password' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your password is changed')
  await shop.signIn(email, NEW_PASSWORD)

  watch.expectFailure({ url: '/users/password/reset', status: 422 })
  await page.goto(link)
  await page.getByLabel('New password').fill(`${NEW_PASSWORD}-2`)
  await page.getByRole('button', { name: 'Save the password' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link does not work any more')
  await expect(page.getByText('used before')).toBeVisible()
  await axe()
})

test('a guest brings the cart along', { tag: '@desktop' }, async ({ page, shop }) => {
  const [{ email }, product] = [await shop.customer(), await shop.product()]
  const sku = skuOf(product)
  await page.goto('/cart')
  await page.evaluate(
    (body) => fetch('/cart/items', { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
    JSON.stringify({ sku, quantity: 2 }),
  )
  await page.goto('/login?next=/cart')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/cart$/)
  await expect(page.getByRole('main').getByRole('link', { name: product.title })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Cart, 2 items' })).toBeVisible()
})

test('a session that ends in the middle of something loses nothing', async ({ page, shop, signIn, axe, watch }) => {
  const customer = await shop.customer()
  await signIn(customer)
  await page.goto('/account/profile')
  await page.getByLabel('Name').fill('Ada Countess of Lovelace')

  watch.expectFailure({ url: '/users/update', status: 401 })
  watch.expectFailure({ url: '/users/token/refresh', status: 401 })
  const elsewhere = await shop.signIn(customer.email, customer.password)
  await elsewhere.DELETE('/users/sessions')
  await page.getByRole('button', { name: 'Save' }).click()

  const dialog = page.getByRole('dialog', { name: 'You have been signed out' })
  await expect(dialog).toContainText(customer.email)
  await axe()
  await dialog.getByLabel('Password', { exact: true }).fill(customer.password)
  await dialog.getByRole('button', { name: 'Sign in and go on' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByLabel('Name')).toHaveValue('Ada Countess of Lovelace')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'saved' })).toBeVisible()
})
