// Owns the sums of the cart, and the way to the checkout.
import { Trans } from '@lingui/react/macro'
import { ButtonLink } from '@rialto/ui/button.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { useIsMutating } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Lock } from 'lucide-react'
import { TotalsList } from '#lib/totals-list.tsx'
import { type Cart, cartQuery } from './api.ts'
import { CouponForm } from './coupon-form.tsx'
import { DeliveryEstimate } from './delivery-estimate.tsx'
import { isPriceChange } from './problems.tsx'

export function CartSummary({ cart }: { cart: Cart }) {
  const isChanging = useIsMutating({ mutationKey: cartQuery.queryKey }) > 0
  const isBlocked = cart.problems.some((problem) => problem.sku && (problem.blocking || isPriceChange(problem)))
  return (
    <section
      aria-labelledby="cart-summary"
      className="grid gap-5 rounded-card border border-line bg-card p-6 lg:sticky lg:top-6"
    >
      <h2 id="cart-summary" className="text-xl">
        <Trans>Summary</Trans>
      </h2>
      <TotalsList
        totals={cart.totals}
        coupon={cart.coupon}
        busy={isChanging}
        delivery={
          cart.shipping ? undefined : (
            <span className="text-soft">
              <Trans>at checkout</Trans>
            </span>
          )
        }
      />
      <div className="grid border-line border-t pt-3">
        <CouponForm cart={cart} />
        <DeliveryEstimate cart={cart} />
      </div>
      {isBlocked ? (
        <p className="rounded-control bg-sunken px-4 py-3 text-center">
          <Trans>Look at the marked items first, then go on to the checkout.</Trans>
        </p>
      ) : (
        <ButtonLink to="/checkout" tone="accent" size="large">
          <Trans>Checkout</Trans>
        </ButtonLink>
      )}
      <Link to="/" className="inline-flex min-h-11 items-center justify-self-center underline underline-offset-4">
        <Trans>Keep shopping</Trans>
      </Link>
      <p className="flex items-center justify-center gap-2 text-sm text-soft">
        <Icon of={Lock} size={16} />
        <Trans>No account needed. Encrypted payment.</Trans>
      </p>
    </section>
  )
}
