// Owns the orders of one customer, for the page about them.
import { Trans, useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMay } from '#lib/session.ts'
import { ordersQuery } from './api.ts'
import { FulfillmentBadge, PaymentBadge } from './status-badges.tsx'

export function OrdersOfUser({ userId }: { userId: string }) {
  const { t } = useLingui()
  const may = useMay()
  const mayRead = may('orders:read')
  const orders = useInfiniteQuery({ ...ordersQuery({ user_id: userId }), enabled: mayRead })
  if (!mayRead) return null
  const rows = orders.data?.pages[0]?.items ?? []
  return (
    <Card
      title={t`Orders`}
      action={
        rows.length > 0 && (
          <Link to="/orders" search={{ user_id: userId }} className="underline underline-offset-4">
            <Trans>All their orders</Trans>
          </Link>
        )
      }
    >
      {orders.error && (
        <ErrorState error={orders.error} title={t`The orders could not be loaded`} retry={() => orders.refetch()} />
      )}
      {orders.isPending && (
        <Loading>
          <Skeleton className="h-32" />
        </Loading>
      )}
      {orders.data && rows.length === 0 && (
        <p className="text-soft">
          <Trans>Nothing bought with this account yet.</Trans>
        </p>
      )}
      <ul className="grid grid-cols-1">
        {rows.slice(0, 10).map((order) => (
          <li
            key={order.id}
            className="flex flex-wrap items-center gap-x-4 gap-y-1 border-line border-b py-2.5 first:pt-0 last:border-0 last:pb-0"
          >
            <Link to="/orders/$id" params={{ id: order.id }} className="font-medium underline-offset-4 hover:underline">
              {order.number}
            </Link>
            <span className="text-sm text-soft">
              <RelativeTime at={order.created_at} />
            </span>
            <span className="flex flex-wrap gap-2">
              <PaymentBadge status={order.payment_status} />
              <FulfillmentBadge status={order.fulfillment_status} />
            </span>
            <span className="ms-auto">
              <Money value={order.totals.total} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
