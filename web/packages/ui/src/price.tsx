// Owns the price of something for sale: from, now, before, and the lowest of the last 30 days (EU price rules).
import { Trans } from '@lingui/react/macro'
import type { MoneyValue } from './currency.ts'
import { Money } from './money.tsx'
import { VisuallyHidden } from './visually-hidden.tsx'

interface PriceProps {
  price: MoneyValue
  /** The highest price of its variants: another than `price` makes it a "from" price. */
  priceMax?: MoneyValue
  compareAt?: MoneyValue | null | undefined
  lowest30Days?: MoneyValue | null | undefined
  className?: string
}

export function Price({ price, priceMax, compareAt, lowest30Days, className = '' }: PriceProps) {
  const isFrom = priceMax !== undefined && priceMax.amount > price.amount
  const isReduced = compareAt != null && compareAt.amount > price.amount
  const now = <Money value={price} className={isReduced ? 'font-semibold text-accent' : 'font-semibold'} />
  return (
    <span className={`inline-flex flex-wrap items-baseline gap-x-2 ${className}`}>
      {isFrom ? (
        <span>
          <Trans>from {now}</Trans>
        </span>
      ) : (
        now
      )}
      {isReduced && (
        <s className="font-normal text-soft">
          <VisuallyHidden>
            <Trans>Before:</Trans>{' '}
          </VisuallyHidden>
          <Money value={compareAt} />
        </s>
      )}
      {isReduced && lowest30Days && (
        <span className="basis-full text-sm font-normal text-soft">
          <Trans>
            Lowest price of the last 30 days: <Money value={lowest30Days} />
          </Trans>
        </span>
      )}
    </span>
  )
}
