// Without a network: a page that says so in the language of the visitor, and the shop again as soon as it is back.
import { expect, test } from './support/test.ts'

test('offline, the shop says so, and is there again afterwards', { tag: '@desktop' }, async ({
  page,
  context,
  watch,
  axe,
}) => {
  await page.goto('/de')
  await page.evaluate(() => navigator.serviceWorker.ready)
  watch.expectFailure({ url: '/' })
  watch.expectFailure({ url: '/', status: 503 })

  await context.setOffline(true)
  await expect(page.getByRole('status').filter({ hasText: 'offline' })).toBeVisible()
  await page.goto('/de/cart')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sie sind offline')
  await axe()

  await context.setOffline(false)
  await page.getByRole('link', { name: 'Noch einmal versuchen' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Warenkorb')
})
