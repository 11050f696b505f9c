// Two people at the same product, and a session that ends in the middle of a change: nothing typed is lost.
import { got } from './support/shop.ts'
import { staffWith } from './support/staff.ts'
import { ADMIN, expect, test } from './support/test.ts'

test('whoever saves second sees what differs, and nothing is lost in silence', { tag: '@desktop' }, async ({
  page,
  visitor,
  shop,
  signIn,
  watch,
  axe,
}) => {
  const product = await shop.product({ title: 'Ash bench' })
  const bea = await staffWith(shop, ['catalog:read', 'catalog:write', 'inventory:read'])
  const other = await visitor()
  await signIn(ADMIN)
  await signIn(bea, other)
  await page.goto(`/admin/products/${product.id}`)
  await other.goto(`/admin/products/${product.id}`)

  await page.getByLabel('Title', { exact: true }).first().fill('Ash bench, long')
  await other.getByLabel('Title', { exact: true }).first().fill('Ash bench for two')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ash bench, long')

  watch.expectFailure({ url: `/products/${product.id}`, status: 412 })
  await other.getByRole('button', { name: 'Save', exact: true }).click()
  const dialog = other.getByRole('dialog', { name: 'Somebody else saved this meanwhile' })
  await expect(dialog).toContainText('Ash bench, long')
  await expect(dialog).toContainText('Ash bench for two')
  await axe(other)
  await dialog.getByRole('button', { name: 'Save what is chosen' }).click()
  await expect(dialog).toBeHidden()
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('Ash bench for two')
  const stored = got(await shop.guest.GET('/products/{id}', { params: { path: { id: product.id } } }))
  expect(stored.title).toBe('Ash bench for two')
})

test('a session that ends mid-edit asks over the page, and the form is as it was', async ({
  page,
  shop,
  signIn,
  watch,
  axe,
}) => {
  const product = await shop.product({ title: 'Elm shelf' })
  const bea = await staffWith(shop, ['catalog:read', 'catalog:write', 'inventory:read'])
  await signIn(bea)
  await page.goto(`/admin/products/${product.id}`)
  await page.getByLabel('Title', { exact: true }).first().fill('Elm shelf, wide')

  watch.expectFailure({ url: `/products/${product.id}`, status: 401 })
  watch.expectFailure({ url: '/users/token/refresh', status: 401 })
  const elsewhere = await shop.signIn(bea.email, bea.password)
  await elsewhere.DELETE('/users/sessions')
  // The access token runs out: the shop refuses it from now on.
  await page.route(`**/products/${product.id}`, (route) =>
    route.continue({ headers: { ...route.request().headers(), authorization: 'Bearer run-out' } }),
  )
  await page.getByRole('button', { name: 'Save', exact: true }).click()

  const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
  await expect(dialog.getByLabel('E-mail')).toHaveValue(bea.email)
  await expect(dialog.getByLabel('Password')).toBeFocused()
  await axe()
  await page.unroute(`**/products/${product.id}`)
  await dialog.getByLabel('Password').fill(bea.password)
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  await expect(page.getByLabel('Title', { exact: true }).first()).toHaveValue('Elm shelf, wide')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Elm shelf, wide')
})
