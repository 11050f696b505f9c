// Owns the short form of an order, beside a question about it: what, how much, where to.
import { Trans } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { AddressLines } from '#lib/address-lines.tsx'
import type { Order } from './api.ts'
import { OrderLines } from './order-lines.tsx'
import { OrderMoney } from './order-money.tsx'

export function OrderSummary({ order }: { order: Order }) {
  return (
    <Card title={<Trans>Your order</Trans>}>
      <div className="grid gap-5">
        <OrderLines lines={order.lines} />
        <div className="border-line border-t pt-5">
          <OrderMoney order={order} />
        </div>
        <div className="border-line border-t pt-5 text-soft">
          <AddressLines address={order.shipping_address} />
        </div>
      </div>
    </Card>
  )
}
