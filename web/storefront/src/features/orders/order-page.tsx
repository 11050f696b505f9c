// Owns the page that a signed link opens: thanks right after buying, the order's way from then on.
import { Trans, useLingui } from '@lingui/react/macro'
import { ButtonLink } from '@rialto/ui/button.tsx'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { useDocumentTitle } from '@rialto/ui/use-document-title.ts'
import { useSuspenseQuery } from '@tanstack/react-query'
import { readBought } from '#lib/bought.ts'
import { shopName } from '#lib/shop.ts'
import { type OrderAccess, orderQuery } from './api.ts'
import { CreateAccount } from './create-account.tsx'
import { OrderDetail } from './order-detail.tsx'
import { OrderStatusBadge } from './status.tsx'

export function OrderPage({ access }: { access: OrderAccess }) {
  const { t } = useLingui()
  const { data: order } = useSuspenseQuery(orderQuery(access))
  const isNew = readBought()?.id === order.id && order.status === 'processing'
  useDocumentTitle(t`Order ${order.number}`, shopName)
  return (
    <div className="page grid gap-8 pt-8 pb-20">
      <header className="grid justify-items-start gap-3">
        <h1 className="text-3xl sm:text-4xl">
          {isNew ? <Trans>Thank you, {order.shipping_address.name}</Trans> : <Trans>Order {order.number}</Trans>}
        </h1>
        {isNew ? (
          <p className="max-w-2xl text-lg text-soft">
            <Trans>
              Your order is <strong className="font-semibold text-ink">{order.number}</strong>. A mail that confirms it
              is on its way to {order.email}, and we write again when the parcel leaves.
            </Trans>
          </p>
        ) : (
          <p className="flex flex-wrap items-center gap-3 text-soft">
            <OrderStatusBadge order={order} />
            <span>
              <Trans>
                placed <DateTime at={order.created_at} />
              </Trans>
            </span>
          </p>
        )}
        {order.status === 'pending' && (
          <ButtonLink
            to="/checkout/result"
            search={{ order: order.id, token: access.token }}
            tone="accent"
            size="large"
            className="justify-self-start"
          >
            <Trans>
              Pay <Money value={order.totals.total} />
            </Trans>
          </ButtonLink>
        )}
      </header>
      <OrderDetail access={access}>{isNew && !order.user_id && <CreateAccount order={order} />}</OrderDetail>
    </div>
  )
}
