// What does not exist and what fails: said plainly, with a way on, and the rest of the page goes on working.
import { expect, test } from './support/test.ts'

test('an address that leads nowhere answers 404 and offers ways on', { tag: '@desktop' }, async ({
  page,
  watch,
  axe,
}) => {
  watch.expectFailure({ url: '/nothing-here', status: 404 })
  const response = await page.goto('/nothing-here')
  expect(response?.status()).toBe(404)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is nothing at this address')
  await expect(page.getByRole('main').getByRole('link', { name: 'Kitchen' })).toBeVisible()
  await axe()
})

test('a part of the shop that fails says so, with the request’s id, and can be tried again', async ({
  page,
  shop,
  signIn,
  watch,
  axe,
}) => {
  await signIn(await shop.customer())
  const problem = {
    type: '/problems/unavailable',
    title: 'Unavailable',
    status: 503,
    code: 'unavailable',
    request_id: 'r-123',
  }
  watch.expectFailure({ url: '/users/addresses', status: 503 })
  await page.route('**/users/addresses', (route) =>
    route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
  )
  await page.goto('/account/addresses')
  await expect(page.getByRole('alert')).toContainText('r-123')
  await expect(
    page.getByRole('navigation', { name: 'Your account' }).or(page.getByRole('banner')).first(),
  ).toBeVisible()
  await axe()
  await page.unroute('**/users/addresses')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Addresses')
})
