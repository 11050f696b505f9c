// Owns what is said above the lines of a cart: what changed since the last look, and the shopper's yes to it.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import type { Cart } from './api.ts'
import { useSaveDrafts } from './changes.ts'
import { isPriceChange, useProblemWords } from './problems.tsx'

export function CartNotice({ cart }: { cart: Cart }) {
  const { t } = useLingui()
  const accept = useSaveDrafts()
  const words = useProblemWords()
  const changes = cart.problems.filter(isPriceChange)
  const general = cart.problems.filter(({ sku, code }) => !sku && !code.startsWith('coupon_'))

  return (
    <>
      {cart.stale && (
        <p role="status" className="rounded-card bg-warn-soft px-5 py-4 text-warn">
          <Trans>Prices and stock cannot be checked just now. These are the last ones we know.</Trans>
        </p>
      )}
      {changes.length > 0 && (
        <div
          role="status"
          className="flex flex-wrap items-center justify-between gap-3 rounded-card bg-warn-soft px-5 py-4"
        >
          <p className="font-medium">
            {t`${plural(changes.length, {
              one: 'The price of # item changed since you last looked.',
              other: 'The prices of # items changed since you last looked.',
            })}`}
          </p>
          <Button tone="outline" busy={accept.isPending} onClick={() => accept.mutate({ accept_changes: true })}>
            <Trans>Agree to the new prices</Trans>
          </Button>
        </div>
      )}
      {general.map((problem) => (
        <p key={problem.code} role="status" className="rounded-card bg-warn-soft px-5 py-4">
          {words(problem)}
        </p>
      ))}
    </>
  )
}
