// Owns the steps of buying as a person takes them on the pages.
import { expect, type Page } from '@playwright/test'
import type { components } from '@rialto/api/schema.d.ts'
import { ADDRESS, freshEmail } from './people.ts'

type Product = components['schemas']['ProductView']

/** Numbers of test cards, and what the sandbox's bank does. */
export const CARD = {
  good: '4242 4242 4242 4242',
  declined: '4000 0000 0000 0002',
  noFunds: '4000 0000 0000 9995',
  wrongCode: '4000 0000 0000 0127',
  threeDSecure: '4000 0027 6000 3184',
  /** Charged, but the shop does not hear of it at first. */
  lost: '4000 0000 0000 0408',
} as const

/** From the open product's page into the cart, and on to the checkout: two presses. */
export async function addAndCheckOut(page: Page, product: Product): Promise<void> {
  await page.getByRole('button', { name: 'Add to cart' }).first().click()
  const drawer = page.getByRole('dialog', { name: 'Added to your cart' })
  await expect(drawer).toContainText(product.title)
  await drawer.getByRole('link', { name: 'Checkout' }).click()
  await expect(page.getByLabel('E-mail')).toBeVisible()
}

export async function typeContact(page: Page, email = freshEmail('guest')): Promise<string> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Name').fill(ADDRESS.name)
  await page.getByLabel('Country').selectOption(ADDRESS.country)
  await page.getByLabel('Street and number').fill(ADDRESS.line1)
  await page.getByLabel('Postcode').fill(ADDRESS.postal_code)
  await page.getByLabel('Town or city').fill(ADDRESS.city)
  return email
}

/** From the open contact section to the open payment: two presses. */
export async function goToPayment(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Continue to delivery' }).click()
  await expect(page.getByRole('radio').first()).toBeChecked()
  await page.getByRole('button', { name: 'Continue to payment' }).click()
  await expect(page.getByLabel('Card number')).toBeVisible()
}

/** A guest in front of the payment, with the goods in the cart. */
export async function guestAtPayment(page: Page, product: Product): Promise<string> {
  await page.goto(`/p/${product.slug}`)
  await addAndCheckOut(page, product)
  const email = await typeContact(page)
  await goToPayment(page)
  return email
}

export async function typeCard(page: Page, number: string): Promise<void> {
  await page.getByLabel('Card number').fill(number)
  await page.getByLabel('Expires').fill('12/34')
  await page.getByLabel('Security code').fill('123')
}

export async function payWith(page: Page, number: string): Promise<void> {
  await typeCard(page, number)
  await payButton(page).click()
}

export function payButton(page: Page) {
  return page.getByRole('button', { name: /^Pay / })
}

export async function expectThanks(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Thank you, ${ADDRESS.name}`, { timeout: 30_000 })
  await expect(page).toHaveURL(/\/order\//)
}

/** The id of the order whose page is open. */
export function orderOf(page: Page): string {
  return /\/order\/([^?]+)/.exec(page.url())?.[1] ?? ''
}
