// Owns the returns of an account: those under way, and what could still go back.
import { Trans, useLingui } from '@lingui/react/macro'
import { ButtonLink } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronRight, Undo2 } from 'lucide-react'
import { AccountHeading } from '#lib/account-heading.tsx'
import { Thumb } from '#lib/thumb.tsx'
import { myReturnsQuery, type OrderSummary } from './api.ts'
import { ReturnList } from './return-list.tsx'
import { returnable } from './returnable.ts'

export function ReturnsPage() {
  const { t } = useLingui()
  const { data: sent } = useSuspenseQuery(myReturnsQuery)
  const withReturns = sent.filter(({ returns }) => returns.length > 0)
  const open = sent.filter(({ order, returns }) => returnable(order, returns).length > 0)
  return (
    <>
      <AccountHeading
        title={t`Returns`}
        lead={t`Send back what does not suit you. You need no reason, and see what comes back before you confirm.`}
      />
      <div className="grid gap-6">
        {withReturns.map(({ order, returns }) => (
          <Card
            key={order.id}
            title={<Trans>From order {order.number}</Trans>}
            action={
              <Link
                to="/account/orders/$id"
                params={{ id: order.id }}
                className="py-2 underline underline-offset-4 hover:text-accent"
              >
                <Trans>See the order</Trans>
              </Link>
            }
          >
            <ReturnList returns={returns} order={order} />
          </Card>
        ))}
        {open.length > 0 && (
          <Card title={<Trans>You can send something back from</Trans>}>
            <ul className="divide-y divide-line">
              {open.map(({ order }) => (
                <OpenOrder key={order.id} order={order} />
              ))}
            </ul>
          </Card>
        )}
        {withReturns.length === 0 && open.length === 0 && (
          <EmptyState
            icon={Undo2}
            title={t`Nothing to send back`}
            action={<ButtonLink to="/account/orders" tone="outline">{t`Show all orders`}</ButtonLink>}
          >
            <Trans>Once something has arrived, you can start its return here or on the page of its order.</Trans>
          </EmptyState>
        )}
      </div>
    </>
  )
}

function OpenOrder({ order }: { order: OrderSummary }) {
  return (
    <li>
      <Link
        to="/account/orders/$id"
        params={{ id: order.id }}
        className="-mx-3 flex min-h-14 items-center gap-4 rounded-control px-3 py-3 hover:bg-sunken"
      >
        <Thumb src={order.lines[0]?.image} size={48} />
        <span className="grid min-w-0 grow">
          <span className="font-medium">{order.lines.map(({ title }) => title).join(', ')}</span>
          <span className="text-sm text-soft">
            <Trans>
              {order.number}, placed <DateTime at={order.created_at} />
            </Trans>
          </span>
        </span>
        <Icon of={ChevronRight} size={18} mirrored className="text-soft" />
      </Link>
    </li>
  )
}
