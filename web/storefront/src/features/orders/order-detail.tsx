// Owns an order as its buyer sees it, below the heading of the page: its way, parcels, goods, money, and what can be done.
import { Trans } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { type OrderAccess, orderQuery, returnsQuery, trackingQuery } from './api.ts'
import { OrderActions } from './order-actions.tsx'
import { OrderFacts } from './order-facts.tsx'
import { OrderLines } from './order-lines.tsx'
import { OrderMoney } from './order-money.tsx'
import { OrderTimeline } from './order-timeline.tsx'
import { Parcels } from './parcels.tsx'
import { ReturnList } from './return-list.tsx'

interface OrderDetailProps {
  access: OrderAccess
  /** Stands below the status: an invitation, a question. */
  children?: ReactNode
}

export function OrderDetail({ access, children }: OrderDetailProps) {
  const { data: order } = useSuspenseQuery({
    ...orderQuery(access),
    refetchInterval: ({ state }) => (state.data?.status === 'pending' ? 5_000 : 60_000),
  })
  // Carriers may be slow or away: the page does not wait for them.
  const tracking = useQuery({ ...trackingQuery(access), enabled: order.status !== 'pending' }).data
  const returns = useQuery(returnsQuery(access)).data?.items ?? []
  const isSent = tracking?.shipments.some(({ tracking_number }) => tracking_number)
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[1fr_24rem] print:block">
      <div className="grid gap-6">
        <Card title={<Trans>Status</Trans>} className="print:hidden">
          <OrderTimeline order={order} tracking={tracking} />
        </Card>
        {children}
        {tracking && isSent && (
          <Card title={<Trans>Parcels</Trans>} className="print:hidden">
            <Parcels parcels={tracking.shipments} order={order} />
          </Card>
        )}
        {returns.length > 0 && (
          <Card title={<Trans>Returns</Trans>} className="print:hidden">
            <ReturnList returns={returns} order={order} />
          </Card>
        )}
        <Card title={<Trans>Items</Trans>}>
          <OrderLines lines={order.lines} />
        </Card>
      </div>
      <div className="grid gap-6">
        <Card title={<Trans>Total</Trans>}>
          <OrderMoney order={order} />
        </Card>
        <Card>
          <OrderFacts order={order} />
        </Card>
        <OrderActions access={access} order={order} returns={returns} />
      </div>
    </div>
  )
}
