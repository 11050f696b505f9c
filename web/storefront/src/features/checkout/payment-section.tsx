// Owns the third section: where the bill goes, the yes to the contract, and the order itself. Paying it is a matter of `pay`.
import { Trans, useLingui } from '@lingui/react/macro'
import { newIdempotencyKey } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { type ReactNode, useRef, useState } from 'react'
import { type Bought, rememberBought } from '#lib/bought.ts'
import { type Cart, type Order, placeOrder } from './api.ts'
import { type Billing, BillingForm } from './billing-form.tsx'
import { forgetDraft } from './draft.ts'
import { OrderProblem } from './order-problem.tsx'

/** What the way of paying needs to know. */
export interface PaySlot {
  amount: components['schemas']['Money']
  /** The order to be paid, placed when the buyer says so; undefined if that failed, and the page says why. */
  order: () => Promise<Bought | undefined>
  /** The time until which the goods are held, once they are. */
  heldUntil: string | undefined
}

interface PaymentSectionProps {
  cart: Cart
  sold: Order | undefined
  /** Something must be agreed to first. */
  isBlocked: boolean
  refresh: () => void
  onSold: (order: Order) => void
  pay: (slot: PaySlot) => ReactNode
}

export function PaymentSection({ cart, sold, isBlocked, refresh, onSold, pay }: PaymentSectionProps) {
  const { i18n } = useLingui()
  const [key] = useState(newIdempotencyKey)
  const [failure, setFailure] = useState<{ error: unknown; shown: number }>()
  const billing = useRef<Billing>(null)

  async function order(): Promise<Bought | undefined> {
    if (sold) return known(sold)
    setFailure(undefined)
    const billing_address = billing.current ? billing.current.address() : null
    if (billing_address === undefined) return undefined
    const { total } = cart.totals
    try {
      const placed = await placeOrder(
        { cart_id: cart.id ?? null, expected_total: total, locale: i18n.locale, billing_address },
        key,
      )
      rememberBought(known(placed))
      forgetDraft()
      onSold(placed)
      return known(placed)
    } catch (error) {
      setFailure({ error, shown: total.amount })
      refresh()
      return undefined
    }
  }

  if (isBlocked) {
    return (
      <p className="text-soft">
        <Trans>Agree to what changed above, then you can pay.</Trans>
      </p>
    )
  }
  return (
    <div className="grid gap-6">
      {failure && <OrderProblem error={failure.error} shown={failure.shown} cart={cart} />}
      {!sold && <BillingForm ref={billing} />}
      {pay({ amount: sold?.totals.total ?? cart.totals.total, order, heldUntil: sold?.expires_at ?? undefined })}
    </div>
  )
}

function known({ id, guest_token }: Order): Bought {
  return { id, token: guest_token ?? undefined }
}
