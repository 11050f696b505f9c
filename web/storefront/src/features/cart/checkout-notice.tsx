// Owns what is said at the checkout when the goods are not as they were: what changed, and the way to agree or to mend it.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, ButtonLink } from '@rialto/ui/button.tsx'
import type { Cart, CartProblem } from './api.ts'
import { useSaveDrafts } from './changes.ts'
import { isPriceChange, useProblemWords } from './problems.tsx'

/** Those that stand between the buyer and paying. What concerns the delivery is chosen again in its own section. */
export function openProblems(cart: Cart): CartProblem[] {
  return cart.problems.filter(
    (problem) => (problem.sku && (problem.blocking || isPriceChange(problem))) || problem.code.startsWith('coupon_'),
  )
}

export function CheckoutNotice({ cart }: { cart: Cart }) {
  const { t } = useLingui()
  const words = useProblemWords()
  const accept = useSaveDrafts()
  const problems = openProblems(cart)
  const canAgree = problems.every(isPriceChange)
  const name = (sku: string | null | undefined) =>
    cart.items.find((line) => line.sku === sku)?.title ?? cart.coupon ?? t`Your cart`
  return (
    <div role="alert" className="grid justify-items-start gap-3 rounded-card bg-warn-soft p-5">
      <p className="font-semibold">
        <Trans>Something changed since you put it into the cart</Trans>
      </p>
      <ul className="grid gap-1">
        {problems.map((problem) => (
          <li key={`${problem.sku}${problem.code}`}>
            <span className="font-medium">{name(problem.sku)}:</span> {words(problem)}
          </li>
        ))}
      </ul>
      {canAgree ? (
        <Button busy={accept.isPending} onClick={() => accept.mutate({ accept_changes: true })}>
          <Trans>Agree to the new prices</Trans>
        </Button>
      ) : (
        <ButtonLink to="/cart">
          <Trans>Change the cart</Trans>
        </ButtonLink>
      )}
    </div>
  )
}
