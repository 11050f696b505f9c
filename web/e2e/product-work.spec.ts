// A product from its first word to the shelf: options and variants, pictures of which one fails, and publishing.
import type { Page } from '@playwright/test'
import { expect, test } from './support/test.ts'

/** From the first press to the product on the shelf. */
const AT_MOST_MS = 120_000

test('a product is made with six variants and three pictures, published, and bought from the next moment on', async ({
  page,
  visitor,
  openAdmin,
  watch,
  axe,
}) => {
  const title = `Beech trestle ${Date.now().toString(36)}`
  const main = page.getByRole('main')
  const dialog = page.getByRole('dialog')
  await openAdmin('/products')
  const began = Date.now()
  await page.getByRole('button', { name: 'New product' }).click()
  await dialog.getByRole('button', { name: 'Create draft' }).click()
  await expect(dialog.getByLabel('Title')).toBeFocused()
  await axe()
  await dialog.getByLabel('Title').fill(title)
  await dialog.getByLabel('Price').fill('89')
  await dialog.getByRole('button', { name: 'Create draft' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(title)

  await main.getByRole('button', { name: 'Add options such as size or colour…' }).click()
  await option(page, 0, 'Width', 'Narrow, Wide')
  await dialog.getByRole('button', { name: 'Add another option' }).click()
  await option(page, 1, 'Finish', 'Oiled, Raw, Black')
  await expect(dialog.getByRole('status')).toContainText('1 stay, 5 new')
  await axe()
  await dialog.getByRole('button', { name: 'Use these 6 variants' }).click()
  await page.getByRole('button', { name: 'Fill Available' }).click()
  await dialog.getByLabel('Value').fill('7')
  await dialog.getByRole('button', { name: 'Fill 6 rows' }).click()

  watch.expectFailure({ url: '/media' })
  await page.route('**/media', (route) => route.abort('connectionreset'), { times: 1 })
  await page.getByTestId('media-files').setInputFiles(await pictures(page))
  const failed = page.getByRole('alert').filter({ hasText: 'was not uploaded' })
  await expect(failed).toHaveCount(1)
  await axe()
  await failed.getByRole('button', { name: 'Try again' }).click()
  await expect(failed).toBeHidden()
  await expect(page.getByRole('progressbar')).toHaveCount(0)

  // Nobody publishes a picture that says nothing to those who cannot see it.
  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  const summary = page.getByRole('alert').filter({ hasText: 'There are 3 problems' })
  await expect(summary).toBeFocused()
  await axe()
  const descriptions = page.getByLabel('Description for those who cannot see it')
  for (const [index, words] of ['From the front', 'From the side', 'Folded'].entries()) {
    await descriptions.nth(index).fill(words)
  }
  await expect(page.getByText(/› p › beech-trestle/)).toBeVisible()
  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  const link = page.getByRole('link', { name: 'Open in the storefront' })
  await expect(link).toBeVisible()
  const published = Date.now()

  const shopper = await visitor()
  await shopper.goto((await link.getAttribute('href')) ?? '')
  await expect(shopper.getByRole('heading', { level: 1 })).toHaveText(title)
  expect(published - began).toBeLessThan(AT_MOST_MS)
  await expect(shopper.getByRole('button', { name: /From the front$/ }).first()).toBeVisible()
  await shopper
    .getByRole('group', { name: /^Width/ })
    .getByText('Wide')
    .click()
  await shopper
    .getByRole('group', { name: /^Finish/ })
    .getByText('Raw')
    .click()
  await shopper.getByRole('button', { name: 'Add to cart' }).first().click()
  await expect(shopper.getByRole('dialog', { name: 'Added to your cart' })).toContainText('€89.00')
})

async function option(page: Page, index: number, name: string, values: string): Promise<void> {
  const fields = page.getByRole('dialog').getByRole('group').nth(index)
  await fields.getByLabel('Option', { exact: true }).fill(name)
  await fields.getByLabel('Values').fill(`${values},`)
}

/** Three real pictures: of the page itself, each a little further down. */
async function pictures(page: Page) {
  const files: Array<{ name: string; mimeType: string; buffer: Buffer }> = []
  for (const y of [0, 40, 80]) {
    const buffer = await page.screenshot({ clip: { x: 0, y, width: 320, height: 320 } })
    files.push({ name: `view-${y}.png`, mimeType: 'image/png', buffer })
  }
  return files
}
