// Owns the page of the checkout: three sections on one URL, with what is bought beside them.
import { Trans, useLingui } from '@lingui/react/macro'
import { useDocumentTitle } from '@rialto/ui/use-document-title.ts'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { AddressLines } from '#lib/address-lines.tsx'
import { DeliveryDates } from '#lib/delivery-dates.tsx'
import { shopName } from '#lib/shop.ts'
import type { Cart, Drafts, Order } from './api.ts'
import type { Buyer } from './buyer.ts'
import { ContactSection } from './contact-section.tsx'
import { DeliverySection } from './delivery-section.tsx'
import { PaymentSection, type PaySlot } from './payment-section.tsx'
import { Section } from './section.tsx'
import { STEPS, type Step, stepFor } from './steps.ts'
import { type Bill, SummaryBar, SummaryColumn } from './summary.tsx'

interface CheckoutPageProps {
  cart: Cart
  asked: Step | undefined
  buyer: Buyer
  save: (drafts: Drafts) => Promise<unknown>
  /** Looks at the cart again: the shop refused to sell it as it was shown. */
  refresh: () => void
  /** What has changed about the goods, and the way to agree to it; nothing if nothing has. */
  notice: ReactNode
  pay: (slot: PaySlot) => ReactNode
  /** The cart is empty: it was bought in another tab. */
  onSoldElsewhere: () => void
}

export function CheckoutPage({
  cart: live,
  asked,
  buyer,
  save,
  refresh,
  notice,
  pay,
  onSoldElsewhere,
}: CheckoutPageProps) {
  const { t } = useLingui()
  const navigate = useNavigate()
  // The cart becomes the order: what was bought stays on the screen while it is being paid.
  const [sold, setSold] = useState<{ cart: Cart; order: Order }>()
  const cart = sold?.cart ?? live
  const step = sold ? 'payment' : stepFor(cart, asked)
  useDocumentTitle(t({ message: 'Checkout', context: 'title of the page' }), shopName)

  const isGone = cart.items.length === 0
  useEffect(() => {
    if (isGone) onSoldElsewhere()
  }, [isGone, onSoldElsewhere])

  const bill = sold ? billOfOrder(sold.order) : billOfCart(cart)
  const goTo = (next: Step) => navigate({ to: '/checkout', search: { step: next }, resetScroll: false })
  const at = (other: Step) => {
    if (other === step) return 'open'
    // Going back to a section leaves those after it as they were; only paying is never done here.
    const isDone = STEPS.indexOf(other) < STEPS.indexOf(step) || (other === 'delivery' && cart.shipping)
    return isDone ? 'done' : 'later'
  }
  const isChangeable = sold === undefined

  return (
    <div className="page grid max-w-6xl items-start gap-x-16 gap-y-6 pt-6 pb-16 lg:grid-cols-[1fr_24rem] lg:pt-10">
      <div className="grid gap-6">
        <h1 className="text-3xl sm:text-4xl">
          <Trans context="title of the page">Checkout</Trans>
        </h1>
        <SummaryBar bill={bill} />
        {isChangeable && notice}
        <div className="border-line border-b">
          <Section
            step="contact"
            number={1}
            title={t`Contact and address`}
            state={at('contact')}
            isChangeable={isChangeable}
            summary={<ContactSummary cart={cart} />}
          >
            <ContactSection cart={cart} buyer={buyer} save={save} onDone={() => goTo('delivery')} />
          </Section>
          <Section
            step="delivery"
            number={2}
            title={t`Delivery`}
            state={at('delivery')}
            isChangeable={isChangeable}
            summary={<DeliverySummary cart={cart} />}
          >
            <DeliverySection cart={cart} save={save} onDone={() => goTo('payment')} />
          </Section>
          <Section step="payment" number={3} title={t`Payment`} state={at('payment')}>
            <PaymentSection
              cart={cart}
              sold={sold?.order}
              isBlocked={Boolean(notice) && isChangeable}
              refresh={refresh}
              onSold={(order) => setSold({ cart, order })}
              pay={pay}
            />
          </Section>
        </div>
      </div>
      <SummaryColumn bill={bill} />
    </div>
  )
}

function ContactSummary({ cart }: { cart: Cart }) {
  return (
    <div className="text-soft">
      <p>
        <bdi>{cart.email}</bdi>
      </p>
      {cart.shipping_address && <AddressLines address={cart.shipping_address} />}
    </div>
  )
}

function DeliverySummary({ cart }: { cart: Cart }) {
  if (!cart.shipping) return null
  return (
    <p className="text-soft">
      {cart.shipping.service}, <DeliveryDates span={cart.shipping} />
    </p>
  )
}

function billOfCart({ items, totals, coupon, shipping }: Cart): Bill {
  return { lines: items, totals, coupon, hasDelivery: Boolean(shipping) }
}

function billOfOrder({ lines, totals, coupon }: Order): Bill {
  return { lines, totals, coupon, hasDelivery: true }
}
