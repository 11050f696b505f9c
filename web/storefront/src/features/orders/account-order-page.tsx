// Owns one order within the account.
import { Trans, useLingui } from '@lingui/react/macro'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { useDocumentTitle } from '@rialto/ui/use-document-title.ts'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { shopName } from '#lib/shop.ts'
import { orderQuery } from './api.ts'
import { OrderDetail } from './order-detail.tsx'
import { OrderStatusBadge } from './status.tsx'

interface AccountOrderPageProps {
  id: string
  /** Shown while the order waits to be paid. */
  payment: ReactNode
}

export function AccountOrderPage({ id, payment }: AccountOrderPageProps) {
  const { t } = useLingui()
  const { data: order } = useSuspenseQuery(orderQuery({ id }))
  useDocumentTitle(t`Order ${order.number}`, shopName)
  return (
    <div className="grid gap-8">
      <header className="grid gap-2">
        <Link
          to="/account/orders"
          className="inline-flex min-h-11 items-center gap-2 justify-self-start text-soft hover:text-ink print:hidden"
        >
          <Icon of={ArrowLeft} size={18} mirrored />
          <Trans>Orders</Trans>
        </Link>
        <h1 className="text-3xl sm:text-4xl">
          <Trans>Order {order.number}</Trans>
        </h1>
        <p className="flex flex-wrap items-center gap-3 text-soft">
          <OrderStatusBadge order={order} />
          <Trans>
            placed <DateTime at={order.created_at} />
          </Trans>
        </p>
      </header>
      <OrderDetail access={{ id }}>{order.status === 'pending' && payment}</OrderDetail>
    </div>
  )
}
