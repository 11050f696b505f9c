// What a screen reader is told on the way to buying: the tree of the drawer, the cart, the checkout, a mistake, the thanks.
import { addAndCheckOut, CARD, expectThanks, goToPayment, payWith, typeContact } from './support/buying.ts'
import { expect, test } from './support/test.ts'

test('buying is told as it is shown', { tag: '@desktop' }, async ({ page, shop }) => {
  const product = await shop.product({ title: 'Told lamp' })
  const main = page.getByRole('main')
  await page.goto(`/p/${product.slug}`)
  await page.getByRole('button', { name: 'Add to cart' }).first().click()
  await expect(page.getByRole('dialog')).toMatchAriaSnapshot(`
    - dialog "Added to your cart":
      - heading "Added to your cart" [level=2]
      - button "Close"
      - list:
        - listitem:
          - link "Told lamp"
      - link "Checkout"
      - link "View cart"
      - button "Keep shopping"
  `)
  await page.getByRole('dialog').getByRole('link', { name: 'View cart' }).click()
  await expect(main).toMatchAriaSnapshot(`
    - heading "Cart" [level=1]
    - list "In your cart":
      - listitem:
        - link "Told lamp"
        - text: €49.00
        - group "Quantity of Told lamp":
          - button "One less of Told lamp" [disabled]
          - textbox "Quantity of Told lamp": "1"
          - button "One more of Told lamp"
        - button "Remove Told lamp"
    - region "Summary":
      - heading "Summary" [level=2]
      - term: Total
      - link "Checkout"
  `)

  await page.goto(`/p/${product.slug}`)
  await addAndCheckOut(page, product)
  await page.getByLabel('Country').selectOption('DE')
  await expect(main).toMatchAriaSnapshot(`
    - heading "Checkout" [level=1]
    - region "Contact and address":
      - heading "Contact and address" [level=2]
      - textbox "E-mail"
      - textbox "Name"
      - combobox "Country"
      - textbox "Street and number"
      - textbox "Postcode"
      - textbox "Town or city"
      - button "Continue to delivery"
    - region "Delivery":
      - heading "Delivery" [level=2]
    - region "Payment":
      - heading "Payment" [level=2]
  `)
  await page.getByRole('button', { name: 'Continue to delivery' }).click()
  await expect(main).toMatchAriaSnapshot(`
    - alert:
      - heading "There are 5 problems" [level=2]
      - list:
        - listitem:
          - link /e-mail address/
    - textbox "E-mail" [invalid]
  `)
  await typeContact(page)
  await goToPayment(page)
  await expect(main).toMatchAriaSnapshot(`
    - region "Contact and address":
      - 'link "Change: Contact and address"'
    - region "Delivery":
      - 'link "Change: Delivery"'
    - region "Payment":
      - group "Card":
        - textbox "Card number"
        - textbox /^Expires/
        - textbox /^Security code/
      - button /^Pay €/
  `)
  await payWith(page, CARD.good)
  await expectThanks(page)
  await expect(main).toMatchAriaSnapshot(`
    - heading /^Thank you/ [level=1]
  `)
})
