// Forms that spare people work: the browser fills them in one go, and what the shop refuses stays to be mended.
import type { CDPSession, Page } from '@playwright/test'
import { addAndCheckOut, goToPayment, typeContact } from './support/buying.ts'
import { ADDRESS, freshEmail } from './support/people.ts'
import { expect, test } from './support/test.ts'

/** Of the names that the HTML standard gives to fields, those of people, their addresses, accounts and cards. */
const TOKENS = new Set(
  (
    'name honorific-prefix given-name additional-name family-name honorific-suffix nickname organization-title username ' +
    'new-password current-password one-time-code organization street-address address-line1 address-line2 address-line3 ' +
    'address-level4 address-level3 address-level2 address-level1 country country-name postal-code cc-name cc-given-name ' +
    'cc-additional-name cc-family-name cc-number cc-exp cc-exp-month cc-exp-year cc-csc cc-type transaction-currency ' +
    'transaction-amount language bday bday-day bday-month bday-year sex url photo tel tel-country-code tel-national ' +
    'tel-area-code tel-local tel-local-prefix tel-local-suffix tel-extension email impp'
  ).split(' '),
)
interface Entry {
  address?: { fields: Array<{ name: string; value: string }> }
  card?: { number: string; name: string; expiryMonth: string; expiryYear: string; cvc: string }
}

/** Before a token may stand whose address it is. */
const SECTIONS = /^(section-\S+ )?((shipping|billing) )?/
/** Fields that ask a person for themselves, by their names. */
const PERSONAL = /^(billing_)?(email|name|phone|line[12]|city|postal_code|region|country|.*password|card-.*)$/

test('one autofill fills in who buys and where it goes, another the card', async ({ page, shop }) => {
  const product = await shop.product()
  await page.goto(`/p/${product.slug}`)
  await addAndCheckOut(page, product)
  const email = freshEmail('autofill')
  await page.getByLabel('Country').selectOption(ADDRESS.country)
  const browser = await page.context().newCDPSession(page)
  await autofill(browser, 'name', {
    address: addressOf({
      NAME_FULL: ADDRESS.name,
      EMAIL_ADDRESS: email,
      ADDRESS_HOME_LINE1: ADDRESS.line1,
      ADDRESS_HOME_ZIP: ADDRESS.postal_code,
      ADDRESS_HOME_CITY: ADDRESS.city,
      ADDRESS_HOME_COUNTRY: ADDRESS.country,
      PHONE_HOME_WHOLE_NUMBER: '+493012345678',
    }),
  })
  await expect
    .poll(() => filled(page))
    .toEqual({
      email,
      name: ADDRESS.name,
      country: ADDRESS.country,
      line1: ADDRESS.line1,
      postal_code: ADDRESS.postal_code,
      city: ADDRESS.city,
      phone: '+493012345678',
    })

  // What a browser fills in counts as typed.
  await goToPayment(page)
  await autofill(browser, 'card-number', {
    card: { number: '4242424242424242', name: ADDRESS.name, expiryMonth: '12', expiryYear: '2034', cvc: '123' },
  })
  await expect(page.getByLabel('Card number')).toHaveValue('4242 4242 4242 4242')
  await expect(page.getByLabel('Expires')).toHaveValue('12/34')
  await expect(page.getByLabel('Security code')).toHaveValue('123')
})

test('what the shop refuses is named, and all that was typed stays', async ({ page, shop, axe, watch }) => {
  const product = await shop.product()
  await page.goto(`/p/${product.slug}`)
  await addAndCheckOut(page, product)
  // It looks like an address of mail until the shop reads it closely.
  await typeContact(page, 'ada..byron@mail..example')
  watch.expectFailure({ url: '/cart', status: 422 })
  await page.getByRole('button', { name: 'Continue to delivery' }).click()

  const summary = page.getByRole('alert').filter({ hasText: 'There is a problem' })
  await expect(summary).toBeFocused()
  await expect(page.getByLabel('E-mail')).toHaveAttribute('aria-invalid', 'true')
  await axe()
  await summary.getByRole('link', { name: /like name@example.org/ }).click()
  await expect(page.getByLabel('E-mail')).toBeFocused()
  await expect(page.getByLabel('E-mail')).toHaveValue('ada..byron@mail..example')
  await expect(page.getByLabel('Name')).toHaveValue(ADDRESS.name)
  await expect(page.getByLabel('Street and number')).toHaveValue(ADDRESS.line1)
  await expect(page.getByLabel('Postcode')).toHaveValue(ADDRESS.postal_code)
  await expect(page.getByLabel('Town or city')).toHaveValue(ADDRESS.city)

  await page.getByLabel('E-mail').fill(freshEmail('mended'))
  await expect(summary).toBeHidden()
  await page.getByRole('button', { name: 'Continue to delivery' }).click()
  await expect(page.getByRole('heading', { name: 'Delivery' })).toBeFocused()
})

test('every field about a person says what it is for', { tag: '@desktop' }, async ({ page, shop, signIn }) => {
  for (const path of ['/login', '/register', '/reset', '/track']) {
    await page.goto(path)
    await expectPurposes(page)
  }
  const product = await shop.product()
  await page.goto(`/p/${product.slug}`)
  await addAndCheckOut(page, product)
  await page.getByRole('button', { name: 'Add a second line' }).click()
  await expectPurposes(page)
  await typeContact(page)
  await goToPayment(page)
  await page.getByRole('checkbox', { name: /bill goes/ }).click()
  await expectPurposes(page)

  await signIn(await shop.customer())
  await page.goto('/account/profile')
  await expectPurposes(page)
  await page.goto('/account/addresses')
  await page.getByRole('button', { name: 'Add an address' }).click()
  await expectPurposes(page)
})

/** As a person does who picks an entry of the browser's list at the field of that name. */
async function autofill(browser: CDPSession, name: string, entry: Entry): Promise<void> {
  const { root } = await browser.send('DOM.getDocument')
  const { nodeId } = await browser.send('DOM.querySelector', { nodeId: root.nodeId, selector: `input[name="${name}"]` })
  const { node } = await browser.send('DOM.describeNode', { nodeId })
  await browser.send('Autofill.trigger', { fieldId: node.backendNodeId, ...entry })
}

function addressOf(fields: Readonly<Record<string, string>>) {
  return { fields: Object.entries(fields).map(([name, value]) => ({ name, value })) }
}

/** What the browser has filled in, by the names of the fields. */
function filled(page: Page): Promise<Record<string, string>> {
  return page
    .locator('form :is(input, select):autofill')
    .evaluateAll((fields) =>
      Object.fromEntries(fields.map((field) => [field.getAttribute('name'), (field as HTMLInputElement).value])),
    )
}

/** Every field carries a token of the standard, and none that asks for something personal hides behind `off`. */
async function expectPurposes(page: Page): Promise<void> {
  const asked = page.locator('main :is(input, select), dialog[open] :is(input, select)')
  await expect(asked.first()).toBeVisible()
  const fields = await asked.evaluateAll((all) =>
    all
      .filter((field) => !/^(checkbox|radio|hidden|search)$/.test(field.getAttribute('type') ?? ''))
      .map((field) => ({ name: field.getAttribute('name') ?? '', token: field.getAttribute('autocomplete') ?? '' })),
  )
  const wrong = fields.filter(({ name, token }) =>
    token === 'off' ? PERSONAL.test(name) : !TOKENS.has(token.replace(SECTIONS, '')),
  )
  expect(wrong, page.url()).toEqual([])
}
