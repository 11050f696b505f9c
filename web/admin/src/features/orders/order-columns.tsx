// Owns what the list of orders shows of each.
import { useLingui } from '@lingui/react/macro'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { columnsOf, NUMBERS } from '#lib/list/data-table.tsx'
import { ShortText } from '#lib/list/short-text.tsx'
import type { Order } from './api.ts'
import { FulfillmentBadge, OrderBadge, PaymentBadge } from './status-badges.tsx'

const column = columnsOf<Order>()

export function useOrderColumns() {
  const { t } = useLingui()
  return useMemo(
    () => [
      column.accessor('number', {
        header: t`Number`,
        cell: ({ row: { original: order } }) => (
          <Link to="/orders/$id" params={{ id: order.id }} className="font-medium underline-offset-4 hover:underline">
            {order.number}
          </Link>
        ),
      }),
      column.accessor('created_at', { header: t`Placed`, cell: ({ getValue }) => <RelativeTime at={getValue()} /> }),
      column.accessor('email', {
        header: t`Customer`,
        cell: ({ getValue }) => <ShortText>{getValue()}</ShortText>,
      }),
      column.accessor((order) => order.totals.total, {
        id: 'total',
        header: t`Total`,
        meta: NUMBERS,
        cell: ({ getValue }) => <Money value={getValue()} />,
      }),
      column.accessor('status', { header: t`Status`, cell: ({ getValue }) => <OrderBadge status={getValue()} /> }),
      column.accessor('payment_status', {
        header: t`Payment`,
        cell: ({ getValue }) => <PaymentBadge status={getValue()} />,
      }),
      column.accessor('fulfillment_status', {
        header: t`Fulfilment`,
        cell: ({ getValue }) => <FulfillmentBadge status={getValue()} />,
      }),
    ],
    [t],
  )
}
