// Owns the returns of one order, for the page about it.
import { Plural, useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { returnsOfOrderQuery } from './api.ts'
import { ReturnBadge } from './return-words.tsx'

export function ReturnsOfOrder({ orderId }: { orderId: string }) {
  const { t } = useLingui()
  const returns = useQuery(returnsOfOrderQuery(orderId))
  const items = returns.data?.items ?? []
  if (returns.error) {
    return (
      <ErrorState error={returns.error} title={t`The returns could not be loaded`} retry={() => returns.refetch()} />
    )
  }
  if (items.length === 0) return null
  return (
    <Card title={t`Returns`}>
      <ul className="grid grid-cols-1">
        {items.map((item) => {
          const pieces = item.lines.reduce((sum, { quantity }) => sum + quantity, 0)
          return (
            <li
              key={item.id}
              className="flex flex-wrap items-center gap-x-4 gap-y-1 border-line border-b py-2.5 first:pt-0 last:border-0 last:pb-0"
            >
              <Link
                to="/orders/returns/$id"
                params={{ id: item.id }}
                className="font-medium underline underline-offset-4"
              >
                <Plural value={pieces} one="# piece" other="# pieces" />
              </Link>
              <ReturnBadge status={item.status} />
              <span className="text-sm text-soft">
                <RelativeTime at={item.created_at} />
              </span>
              {item.refund && (
                <span className="ms-auto">
                  <Money value={item.refund.amount} />
                </span>
              )}
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
