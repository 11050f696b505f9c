// A guest buys: in few steps, by keyboard alone, through mistakes, and when price or stock change meanwhile.
import type { Locator, Page } from '@playwright/test'
import type { components } from '@rialto/api/schema.d.ts'
import {
  addAndCheckOut,
  CARD,
  expectThanks,
  goToPayment,
  guestAtPayment,
  orderOf,
  payButton,
  payWith,
  typeCard,
  typeContact,
} from './support/buying.ts'
import { ADDRESS } from './support/people.ts'
import { got, type Shop, skuOf, until } from './support/shop.ts'
import { expect, test } from './support/test.ts'

type Product = components['schemas']['ProductView']

test('a guest buys with a card', async ({ page, shop, axe, counter }) => {
  const title = `Trail shoe ${Date.now().toString(36)}`
  const product = await shop.product({ title, stock: 5, options: { Size: ['41', '42'], Colour: ['Rust', 'Moss'] } })
  await findBySuggestion(page, shop, product)
  await page.getByRole('group', { name: /^Size/ }).getByText('42').click()
  await page
    .getByRole('group', { name: /^Colour/ })
    .getByText('Moss')
    .click()
  counter.reset()
  await addAndCheckOut(page, product)
  await axe()
  const email = await typeContact(page)
  await page.getByRole('button', { name: 'Continue to delivery' }).click()
  await expect(page.getByRole('radio').first()).toBeChecked()
  await expect(page.getByText(/Changed: delivery \+€/).locator('visible=true')).toBeVisible()
  await axe()
  await page.getByRole('button', { name: 'Continue to payment' }).click()
  await typeCard(page, CARD.good)
  const total = (await payButton(page).textContent())?.replace('Pay ', '') ?? ''
  await axe()
  await payButton(page).click()
  await expectThanks(page)
  expect([counter.clicks, counter.fields]).toEqual([5, 6 + 3])

  await expect(page.getByRole('main')).toContainText(total)
  await page.reload()
  await expectThanks(page)
  await axe()
  await shop.mail(email, 'order|confirm')
  const admin = await shop.admin()
  const order = await shop.orderUntil(orderOf(page), ({ payment_status }) => payment_status === 'paid')
  expect(order.totals.total.amount).toBe(Math.round(Number(total.replace('€', '')) * 100))
  const sku =
    product.variants.find(({ options }) => options['Size'] === '42' && options['Colour'] === 'Moss')?.sku ?? ''
  await until('the stock to fall', async () => {
    const { available } = got(await admin.GET('/inventory/{sku}', { params: { path: { sku } } }))
    return available === 4 ? true : undefined
  })
  await page.goto('/cart')
  await expect(page.getByText('Your cart is empty')).toBeVisible()
})

test('the keyboard alone buys', { tag: '@desktop' }, async ({ page, shop, counter }) => {
  const product = await shop.product({ title: 'Keyboard lamp' })
  await page.goto(`/p/${product.slug}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  counter.reset()
  await tabTo(page, 'button', 'Add to cart')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'Added to your cart' })).toContainText(product.title)
  await tabTo(page, 'link', 'Checkout')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('E-mail')).toBeVisible()

  const typed: Array<[label: string, text: string]> = [
    ['E-mail', 'keys@example.test'],
    ['Name', ADDRESS.name],
    ['Country', 'Germany'],
    ['Street and number', ADDRESS.line1],
    ['Postcode', ADDRESS.postal_code],
    ['Town or city', ADDRESS.city],
  ]
  for (const [label, text] of typed) {
    await tabToField(page, label)
    await page.keyboard.type(text)
  }
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Delivery' })).toBeFocused()
  await expect(page.getByRole('radio').first()).toBeChecked()
  await tabTo(page, 'button', 'Continue to payment')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Payment' })).toBeFocused()
  await expect(page.getByLabel('Card number')).toBeVisible()
  await tabToField(page, 'Card number')
  await page.keyboard.type(CARD.good)
  await tabToField(page, 'Expires')
  await page.keyboard.type('1234')
  await tabToField(page, 'Security code')
  await page.keyboard.type('123')
  await page.keyboard.press('Enter')
  await expectThanks(page)
  expect(counter.tabs).toBeLessThanOrEqual(60)
})

test('mistakes are named where they are, and nothing typed is lost', async ({ page, shop, axe }) => {
  const product = await shop.product()
  await page.goto(`/p/${product.slug}`)
  await addAndCheckOut(page, product)
  await page.getByLabel('Country').selectOption('DE')
  await page.getByRole('button', { name: 'Continue to delivery' }).click()
  const summary = page.getByRole('alert').filter({ hasText: 'There are 5 problems' })
  await expect(summary).toBeFocused()
  await axe()
  await summary.getByRole('link', { name: /e-mail address/ }).click()
  await expect(page.getByLabel('E-mail')).toBeFocused()

  await typeContact(page)
  await page.getByLabel('Postcode').fill('1011')
  await page.getByRole('button', { name: 'Continue to delivery' }).click()
  await expect(page.getByRole('alert')).toContainText('looks like 10115')
  await page.reload()
  await expect(page.getByLabel('Street and number')).toHaveValue(ADDRESS.line1)
  await expect(page.getByLabel('Postcode')).toHaveValue('1011')

  const tokens = await page
    .locator('form input, form select')
    .evaluateAll((fields) =>
      fields.map((field) => `${field.getAttribute('name')}: ${field.getAttribute('autocomplete')}`),
    )
  expect(tokens).toEqual([
    'email: shipping email',
    'name: shipping name',
    'country: shipping country',
    'line1: shipping address-line1',
    'postal_code: shipping postal-code',
    'city: shipping address-level2',
    'phone: shipping tel',
  ])
})

test('a look at the cart from before does not undo what was added since', { tag: '@desktop' }, async ({
  page,
  shop,
}) => {
  const product = await shop.product({ title: 'Kept lamp' })
  const added = page.waitForResponse((answer) => answer.url().endsWith('/cart/items'))
  let isLate = false
  await page.route('**/cart', async (route) => {
    if (route.request().resourceType() === 'document' || isLate) return route.continue()
    isLate = true
    const empty = await route.fetch()
    await added
    return route.fulfill({ response: empty })
  })
  await page.goto(`/p/${product.slug}`)
  await page.getByRole('button', { name: 'Add to cart' }).first().click()
  await added
  await page.waitForLoadState('networkidle')
  await expect(page.getByRole('dialog', { name: 'Added to your cart' })).toContainText('Kept lamp')
  await expect(page.getByRole('dialog')).toContainText('1 item')
})

test('a price that changed is agreed to before it is paid', { tag: '@desktop' }, async ({ page, shop, axe }) => {
  const product = await shop.product({ title: 'Dear lamp', price: { amount: 4900, currency: 'EUR' } })
  await guestAtPayment(page, product)
  await changePrice(shop, product, 5900)
  await page.goto('/cart')
  await expect(page.getByText('The price rose from €49.00 to €59.00.')).toBeVisible()
  await axe()
  await page.goto('/checkout?step=payment')
  await expect(page.getByRole('alert')).toContainText('€59.00')
  await expect(payButton(page)).toBeHidden()
  await page.getByRole('button', { name: 'Agree to the new prices' }).click()
  await payWith(page, CARD.good)
  await expectThanks(page)
  await expect(page.getByRole('main')).toContainText('€59.00')
})

test('when fewer are left than are in the cart, the buyer takes those before paying', { tag: '@phone' }, async ({
  page,
  shop,
  axe,
}) => {
  const product = await shop.product({ title: 'Rare lamp', stock: 5 })
  const sku = skuOf(product)
  await page.goto('/cart')
  await page.request.post('/cart/items', { data: { sku, quantity: 2 } })
  await shop.setStock(sku, 1)
  await page.reload()
  await expect(page.getByText('Only 1 left. Reduce the quantity to go on.')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Checkout', exact: true })).toBeHidden()
  await axe()
  await page.getByRole('button', { name: 'Take 1' }).click()
  await page.getByRole('link', { name: 'Checkout', exact: true }).click()
  await typeContact(page)
  await goToPayment(page)
  await payWith(page, CARD.good)
  await expectThanks(page)
})

test('the last piece goes to one of two, and nobody else pays for it', { tag: '@desktop' }, async ({
  page,
  visitor,
  watch,
  shop,
}) => {
  const product = await shop.product({ title: 'Last lamp', stock: 1 })
  const other = await visitor()
  await guestAtPayment(page, product)
  await guestAtPayment(other, product)
  await payWith(other, CARD.good)
  await expectThanks(other)

  watch.expectFailure({ url: '/orders', status: 409 })
  await payWith(page, CARD.good)
  await expect(page.getByRole('main')).toContainText(/Just sold to somebody else|Sold out/)
  await expect(payButton(page)).toBeHidden()
  const sku = skuOf(product)
  const admin = await shop.admin()
  await expect
    .poll(async () => got(await admin.GET('/inventory/{sku}', { params: { path: { sku } } })))
    .toMatchObject({ on_hand: 1, available: 0 })
})

test('whoever comes back buys again with three presses, and types only the card', { tag: '@phone' }, async ({
  page,
  shop,
  signIn,
  counter,
}) => {
  const customer = await shop.customer({ name: ADDRESS.name })
  got(await customer.api.POST('/users/addresses', { body: { address: ADDRESS, default_shipping: true } }))
  const product = await shop.product({ title: 'Favourite lamp' })
  await shop.paidOrder(customer, product)
  await signIn(customer)
  await page.goto('/account/orders')
  const again = page.getByRole('button', { name: /^Buy again/ })
  await expect(again).toBeVisible()
  counter.reset()
  await again.click()
  await page.getByRole('dialog').getByRole('link', { name: 'Checkout' }).click()
  await typeCard(page, CARD.good)
  await payButton(page).click()
  await expectThanks(page)
  expect([counter.clicks, counter.fields]).toEqual([3, 3])
})

test('what was removed from the cart comes back, and quantities are seen at once', { tag: '@phone' }, async ({
  page,
  shop,
  axe,
}) => {
  const product = await shop.product({ title: 'Two lamps', stock: 9 })
  await page.goto(`/p/${product.slug}`)
  await page.getByRole('button', { name: 'Add to cart' }).first().click()
  await page.getByRole('dialog').getByRole('link', { name: 'View cart' }).click()
  const line = page.getByRole('listitem').filter({ hasText: product.title })
  await line.getByRole('button', { name: 'One more of Two lamps' }).click()
  await expect(line).toContainText('€98.00')
  await axe()
  await line.getByRole('button', { name: 'Remove Two lamps' }).click()
  const undo = page.getByRole('button', { name: 'Undo' })
  await expect(undo).toBeFocused()
  await expect(page.getByText('Your cart is empty')).toBeVisible()
  const kept = page.waitForResponse(
    (answer) => answer.request().method() === 'POST' && answer.url().endsWith('/cart/items'),
  )
  await undo.click()
  await expect(line).toContainText('€98.00')
  await kept
  await page.reload()
  await expect(line).toContainText('€98.00')
})

/** From the home page by a misspelt word: what is suggested leads to the product. */
async function findBySuggestion(page: Page, shop: Shop, { title, slug }: Product): Promise<void> {
  await until('the search to know it', async () => {
    const { products } = got(await shop.guest.GET('/products/suggest', { params: { query: { q: title } } }))
    return products.some((found) => found.slug === slug) ? true : undefined
  })
  await page.goto('/')
  await page.getByRole('combobox', { name: 'Search the shop' }).fill(title.replace('shoe', 'sheo'))
  await page.getByRole('option', { name: new RegExp(`^${title}.*€`) }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(title)
}

/** Somebody in the shop writes another price on it. */
async function changePrice(shop: Shop, product: Product, amount: number): Promise<void> {
  const variants = product.variants.map(({ sku, options, weight_g }) => ({
    sku,
    options,
    weight_g,
    price: { amount, currency: 'EUR' },
  }))
  const { title, description } = product
  const body = { title, description, status: 'published' as const, categories: [], variants }
  got(await (await shop.admin()).PUT('/products/{id}', { params: { path: { id: product.id } }, body }))
}

/** Tab by Tab, as a person would, until that control has the focus; it must be seen when it has. */
async function tabTo(page: Page, role: 'button' | 'link', name: string): Promise<void> {
  await tabUntil(page, page.getByRole(role, { name, exact: true }))
}

async function tabToField(page: Page, label: string): Promise<void> {
  await tabUntil(page, page.getByLabel(label))
}

async function tabUntil(page: Page, control: Locator): Promise<void> {
  for (let left = 40; left > 0; left--) {
    await page.keyboard.press('Tab')
    await expectFocusSeen(page)
    if (await control.evaluateAll((found) => found.includes(document.activeElement as HTMLElement))) break
  }
  await expect(control.and(page.locator(':focus'))).toHaveCount(1)
}

/** Something has the focus, it shows that it has, and nothing lies over it. */
async function expectFocusSeen(page: Page): Promise<void> {
  const focused = page.locator(':focus')
  await expect(focused).toBeInViewport()
  await expect
    .poll(() =>
      focused.evaluate((element) => {
        const { x, y, width, height } = element.getBoundingClientRect()
        const top = document.elementFromPoint(x + width / 2, y + height / 2)
        const isOnTop = element.contains(top) || top?.contains(element) === true
        // What a control lies in may wear the ring for it, as a label does for its radio button.
        const wearers = [element, element.parentElement, element.nextElementSibling].filter((each) => each !== null)
        const hasRing = wearers.some((each) => {
          const { outlineStyle, outlineWidth } = getComputedStyle(each)
          return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
        })
        return { what: element.outerHTML.slice(0, 200), isOnTop, hasRing }
      }),
    )
    .toMatchObject({ isOnTop: true, hasRing: true })
}
