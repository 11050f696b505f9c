// Owns why the shop would not take the order: what changed, that nothing was charged, and the way on.
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { ButtonLink } from '@rialto/ui/button.tsx'
import type { MoneyValue } from '@rialto/ui/currency.ts'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import type { Cart } from './api.ts'

interface OrderProblemProps {
  error: unknown
  /** The total that the buyer said yes to. */
  shown: number
  cart: Cart
}

export function OrderProblem({ error, shown, cart }: OrderProblemProps) {
  const { t } = useLingui()
  const format = useFormat()
  const box = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each failure asks for the focus.
  useEffect(() => box.current?.focus(), [error])
  const code = error instanceof ProblemError ? error.code : undefined

  let words: ReactNode
  if (code === 'total_changed' && error instanceof ProblemError && isMoney(error.body['total'])) {
    const before = format.money({ ...cart.totals.total, amount: shown })
    const now = format.money(error.body['total'])
    words = (
      <p>
        <Trans>
          The total is now <strong>{now}</strong> instead of {before}. Nothing was charged. If that is all right, pay
          again.
        </Trans>
      </p>
    )
  } else if (code === 'insufficient_stock' && error instanceof ProblemError) {
    words = <JustSold skus={skusOf(error)} cart={cart} />
  } else if (code === 'quote_invalid') {
    words = (
      <>
        <p>
          <Trans>The delivery you chose is not offered any more. Nothing was charged.</Trans>
        </p>
        <ButtonLink to="/checkout" search={{ step: 'delivery' }} tone="outline">
          <Trans>Choose the delivery again</Trans>
        </ButtonLink>
      </>
    )
  } else if (code === 'cart_has_problems') {
    words = (
      <p>
        <Trans>Something in your cart has just changed: see above. Nothing was charged.</Trans>
      </p>
    )
  }

  return (
    <div ref={box} tabIndex={-1} className="outline-none">
      {words ? (
        <div role="alert" className="grid justify-items-start gap-3 rounded-card bg-warn-soft p-5">
          {words}
        </div>
      ) : (
        <ErrorState error={error} title={t`The order was not placed, and nothing was charged`} />
      )}
    </div>
  )
}

/** The last piece went to somebody else a moment ago. */
function JustSold({ skus, cart }: { skus: readonly string[]; cart: Cart }) {
  const lines = cart.items.filter(({ sku }) => skus.includes(sku))
  return (
    <>
      <p className="font-medium">
        <Trans>Just sold to somebody else. Nothing was charged.</Trans>
      </p>
      <ul className="grid gap-1">
        {lines.map((line) => (
          <li key={line.sku}>
            {line.title} <span className="text-soft">{line.variant_title}</span>{' '}
            <Link to="/p/$slug" params={{ slug: line.slug }} className="underline underline-offset-4">
              <Trans>See what else there is</Trans>
            </Link>
          </li>
        ))}
      </ul>
      <ButtonLink to="/cart" tone="outline">
        <Trans>Change the cart</Trans>
      </ButtonLink>
    </>
  )
}

function skusOf({ body }: ProblemError): string[] {
  const lines: unknown = body['lines']
  if (!Array.isArray(lines)) return []
  return lines.flatMap((line: unknown) =>
    typeof line === 'object' && line !== null && 'sku' in line && typeof line.sku === 'string' ? [line.sku] : [],
  )
}

function isMoney(value: unknown): value is MoneyValue {
  return typeof value === 'object' && value !== null && 'amount' in value && 'currency' in value
}
