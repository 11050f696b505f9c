// Products from a spreadsheet: named columns, what it would do, the import that goes on alone, its errors, and undo.
import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { got, type Shop, skuOf } from './support/shop.ts'
import { expect, test } from './support/test.ts'

const ROWS = 120
const BAD = [17, 80]

const MANY = 10_000
const MANY_BAD = 37
/** A debug build beside other tests takes its time. */
const PATIENTLY = { timeout: 480_000 }

function spreadsheet(mark: string): string {
  const rows = Array.from({ length: ROWS }, (_, number) => {
    const price = BAD.includes(number) ? 'umsonst' : '19,90'
    return `${mark}-${number};Becher ${mark} ${number};${mark.toUpperCase()}-${number};${price};5`
  })
  return `Kennung;Bezeichnung;Artikel;Preis;Bestand\n${rows.join('\n')}\n`
}

/** The first row is of something the shop knows. */
function manyRows(slug: string, sku: string): string {
  const rows = Array.from({ length: MANY - 1 }, (_, number) => {
    const price = number < MANY_BAD ? 'free' : '19.90'
    return `bulk-${number},Mug ${number},BULK-${number},${price},5`
  })
  const columns = 'Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty'
  return [columns, `${slug},Known mug,${sku},19.90,5`, ...rows, ''].join('\n')
}

test('a spreadsheet is named, tried, imported while nobody looks, mended and undone', { tag: '@desktop' }, async ({
  page,
  shop,
  openAdmin,
  axe,
}) => {
  const mark = `becher${Date.now().toString(36)}`
  await openAdmin('/imports')
  await axe()
  await upload(page, spreadsheet(mark))

  await expect(page.getByRole('alert')).toContainText('The file cannot be read')
  for (const [field, column] of [
    ['Handle', 'Kennung'],
    ['Title', 'Bezeichnung'],
    ['Variant SKU', 'Artikel'],
    ['Variant Price', 'Preis'],
    ['Variant Inventory Qty', 'Bestand'],
  ] as const) {
    await page.getByLabel(field, { exact: true }).selectOption(column)
  }
  await axe()
  await page.getByRole('button', { name: 'Check again' }).click()

  const start = page.getByRole('button', { name: 'Import 118 products' })
  await expect(start).toBeVisible()
  await expect(page.getByRole('region', { name: 'Refused rows' })).toContainText('umsonst')
  await axe()
  await start.click()
  // The tab is closed, and opened again later.
  const url = page.url()
  await page.goto('about:blank')
  await page.goto(url)
  await expect(page.getByRole('heading', { name: 'What the import did' })).toBeVisible(PATIENTLY)
  await expect(page.getByText('done', { exact: true })).toBeVisible()

  const file = await downloaded(page, 'Download them to mend')
  expect(file.trim().split('\n')).toHaveLength(BAD.length + 1)
  expect(file).toContain('Rialto / Reason')

  const id = `${mark}-3`
  expect(got(await shop.guest.GET('/products/{id}', { params: { path: { id } } })).price.amount).toBe(1990)
  await page.getByRole('button', { name: 'Undo this import' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('118 new ones are archived')
  await axe()
  await dialog.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(page.getByText('118 products were taken back')).toBeVisible(PATIENTLY)
  const gone = await shop.guest.GET('/products/{id}', { params: { path: { id } } })
  expect(gone.response.status).toBe(410)
})

test('ten thousand rows come in beside the shoppers, and those that are wrong come back', { tag: '@desktop' }, async ({
  shopOfOwn,
  openAdmin,
}) => {
  test.setTimeout(3 * PATIENTLY.timeout)
  const { shop, page } = await shopOfOwn()
  // The file names one of its two variants, and no options: the other stays.
  const known = await shop.product({ title: 'Known mug', options: { Glaze: ['Salt', 'Ash'] } })
  const file = manyRows(known.slug, skuOf(known))
  const alone = await waitOfShoppers(shop, known.slug)

  await openAdmin('/imports', page)
  await upload(page, file)
  const start = page.getByRole('button', { name: 'Import 9,963 products' })
  await expect(start).toBeVisible(PATIENTLY)
  await expect(count(page, 'Rows')).toHaveText('10,000')
  await expect(count(page, 'New products')).toHaveText('9,962')
  await expect(count(page, 'Changed products')).toHaveText('1')
  await start.click()
  const beside = await waitOfShoppers(shop, known.slug)
  await page.reload()
  const result = page.getByRole('heading', { name: 'What the import did' })
  await expect(page.getByRole('progressbar', { name: 'Writing products' }).or(result)).toBeVisible()
  await expect(result).toBeVisible(PATIENTLY)
  await expect(count(page, 'New products')).toHaveText('9,962')
  await expect(count(page, 'Changed products')).toHaveText('1')

  const [, ...refused] = (await downloaded(page, 'Download them to mend')).trim().split('\n')
  expect(refused).toHaveLength(MANY_BAD)
  expect(refused.filter((row) => !row.includes('is not an amount'))).toEqual([])
  const { variants } = got(await shop.guest.GET('/products/{id}', { params: { path: { id: known.slug } } }))
  expect(variants.map(({ options, price }) => [options['Glaze'], price.amount])).toEqual([
    ['Salt', 1990],
    ['Ash', 4900],
  ])

  await openAdmin('/imports', page)
  await upload(page, file)
  const again = page.getByRole('button', { name: 'Import 0 products' })
  await expect(again).toHaveAttribute('aria-disabled', 'true', PATIENTLY)
  await expect(count(page, 'Unchanged products')).toHaveText('9,963')
  // Told and no more: how it comes out depends on what else the machine does.
  console.log(`A shopper waits ${alone} ms for a page's data, and ${beside} ms while 10,000 rows come in (p95).`)
})

test('the list of products becomes a file', { tag: '@desktop' }, async ({ page, shop, openAdmin }) => {
  const product = await shop.product({ title: 'Exported kettle' })
  await openAdmin(`/products?q=${product.title}`)
  await expect(page.getByRole('link', { name: product.title }).first()).toBeVisible()
  const file = await downloaded(page, 'Export')
  expect(file).toContain(skuOf(product))
  // The file holds what the list was narrowed to, not the whole shop.
  expect(file).not.toContain('Orchard Spice Mill')
})

async function upload(page: Page, text: string): Promise<void> {
  const file = { name: 'products.csv', mimeType: 'text/csv', buffer: Buffer.from(text) }
  await page.getByLabel('File of products').setInputFiles(file)
}

/** What this button gives to keep. */
async function downloaded(page: Page, name: string): Promise<string> {
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name, exact: true }).click()
  return readFile(await (await download).path(), 'utf8')
}

/** One of the numbers of what a file would do, or did. */
function count(page: Page, name: string) {
  return page
    .locator('dl > div')
    .filter({ has: page.getByText(name, { exact: true }) })
    .getByRole('definition')
}

/** How long all but the slowest in twenty wait for a product or a list, in milliseconds. */
async function waitOfShoppers(shop: Shop, slug: string): Promise<number> {
  const waits: number[] = []
  for (let asked = 0; asked < 60; asked += 1) {
    const began = performance.now()
    const answer = await fetch(`${shop.url}/products${asked % 2 === 0 ? `/${slug}` : '?limit=24'}`)
    await answer.arrayBuffer()
    waits.push(performance.now() - began)
    expect(answer.status).toBe(200)
  }
  return Math.round(waits.sort((a, b) => a - b)[Math.floor(waits.length * 0.95)] ?? 0)
}
