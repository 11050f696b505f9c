// Finding: filters that live in the URL, a way back to where one was, and searches that find nothing or wait.
import type { Page } from '@playwright/test'
import { got, type Shop, until } from './support/shop.ts'
import { expect, test } from './support/test.ts'

const COLOURS = ['Sand', 'Rust', 'Moss']
const PRODUCTS = 42

test('filters, order and place in a list survive a visit to a product', async ({ page, shop, visitor, axe }, info) => {
  const category = await shelf(shop)
  await page.goto(`/c/${category}`)
  await expect(page.getByText(`${PRODUCTS} products`, { exact: true })).toBeVisible()
  const isPhone = info.project.name === 'phone'

  await filter(page, isPhone, async (filters) => {
    await expect(filters.getByRole('checkbox', { name: /^Sand/ })).toBeVisible()
    await filters.getByRole('checkbox', { name: /^Sand/ }).check()
    await filters.getByRole('checkbox', { name: /^Rust/ }).check()
    await filters.getByLabel('From').fill('11')
    await filters.getByRole('button', { name: 'Apply price' }).click()
    await filters.getByRole('switch', { name: /^In stock only/ }).check()
    await axe()
  })
  // Of the 42, 28 have one of the two colours; one of these costs less than 11, and one is sold out.
  await expect(page.getByText('26 products', { exact: true })).toBeVisible()
  await page.getByLabel('Sort by').selectOption('price')
  await expect(page).toHaveURL(/sort=price/)
  await page.getByRole('button', { name: 'Show more' }).click()
  await expect(page).toHaveURL(/page=2/)
  const cards = page.getByRole('main').getByRole('article')
  await expect(cards).toHaveCount(26)
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toMatchObject({
    min_price: '1100',
    in_stock: 'true',
    sort: 'price',
    page: '2',
  })
  expect(new URL(page.url()).searchParams.getAll('attr.colour').sort()).toEqual(['Rust', 'Sand'])

  const last = cards.last()
  const link = last.getByRole('link').first()
  await link.scrollIntoViewIfNeeded()
  const before = await page.evaluate(() => scrollY)
  expect(before).toBeGreaterThan(300)
  await link.click()
  await expect(page).toHaveURL(/\/p\//)
  await expect(page.getByRole('button', { name: 'Add to cart' }).first()).toBeVisible()
  await page.goBack()
  await expect(cards).toHaveCount(26)
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(before - 60)

  const friend = await visitor()
  await friend.goto(page.url())
  await expect(friend.getByRole('main').getByRole('article')).toHaveCount(26)
  await expect(friend.getByRole('button', { name: /^Remove filter/ })).toHaveCount(4)

  await page.getByRole('button', { name: 'Clear all' }).click()
  await expect(page.getByText(`${PRODUCTS} products`, { exact: true })).toBeVisible()
  await expect(page).toHaveURL(/\?sort=price$/)
})

test('a search that finds nothing offers ways on', { tag: '@phone' }, async ({ page, axe }) => {
  await page.goto('/search?q=xyzzyqwv')
  await expect(page.getByText('Nothing matches “xyzzyqwv”')).toBeVisible()
  await expect(page.getByRole('navigation', { name: 'Categories to look into' }).getByRole('link')).not.toHaveCount(0)
  await expect(page.getByRole('heading', { name: 'What others like' })).toBeVisible()
  await axe()
})

test('suggestions that are late or do not come keep nobody from searching', { tag: '@desktop' }, async ({
  page,
  shop,
  watch,
}) => {
  const product = await shop.product({ title: `Patient kettle ${Date.now().toString(36)}` })
  await until('the search to know it', async () => {
    const { total } = got(await shop.guest.GET('/products', { params: { query: { q: product.title } } }))
    return total > 0 ? true : undefined
  })
  watch.expectFailure({ url: '/products/suggest' })
  await page.goto('/')
  await page.route('**/products/suggest?*', (route) => route.abort('connectionrefused'))
  await page.getByRole('combobox', { name: 'Search the shop' }).fill(product.title)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main').getByRole('link', { name: product.title }).first()).toBeVisible()
  await expect(page.getByRole('alert')).toBeHidden()
})

type Filters = ReturnType<Page['getByRole']>

/** Beside the list on a wide screen, in a sheet on a phone. */
async function filter(page: Page, isPhone: boolean, change: (filters: Filters) => Promise<void>): Promise<void> {
  if (!isPhone) return change(page.getByRole('region', { name: 'Filter' }))
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  const sheet = page.getByRole('dialog')
  await change(sheet)
  await sheet.getByRole('button', { name: /^Show \d+ products?$/ }).click()
  await expect(sheet).toBeHidden()
}

/** A category of one's own, full of things in three colours that cost 10, 11, 12, …; the slug of it. */
async function shelf(shop: Shop): Promise<string> {
  const admin = await shop.admin()
  const slug = `shelf-${Date.now().toString(36)}-${process.pid}`
  const { id } = got(await admin.POST('/categories', { body: { title: `Shelf ${slug}`, slug, parent: 'garden' } }))
  // One after the other: a database has one writer, and those of other tests wait for it, too.
  for (let index = 0; index < PRODUCTS; index += 1) {
    await shop.product({
      title: `Vase ${index} of ${slug}`,
      price: { amount: 1000 + index * 100, currency: 'EUR' },
      stock: index === 3 ? 0 : 5,
      categories: [id],
      attributes: { colour: [COLOURS[index % COLOURS.length] ?? ''] },
    })
  }
  await until('the list to have all of them', async () => {
    const { total } = got(await shop.guest.GET('/products', { params: { query: { category: [slug], limit: 1 } } }))
    return total === PRODUCTS ? true : undefined
  })
  return slug
}
