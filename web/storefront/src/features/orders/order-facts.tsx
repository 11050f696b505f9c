// Owns to whom and how an order goes, and where its mails go.
import { Trans } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { AddressLines } from '#lib/address-lines.tsx'
import type { Order } from './api.ts'

export function OrderFacts({ order }: { order: Order }) {
  return (
    <dl className="grid gap-5">
      <Fact label={<Trans>Delivery address</Trans>}>
        <AddressLines address={order.shipping_address} />
      </Fact>
      {order.billing_address && (
        <Fact label={<Trans>Billing address</Trans>}>
          <AddressLines address={order.billing_address} />
        </Fact>
      )}
      <Fact label={<Trans>Delivery</Trans>}>{order.shipping_option.service}</Fact>
      <Fact label={<Trans>E-mail</Trans>}>{order.email}</Fact>
      {order.note && <Fact label={<Trans>Note</Trans>}>{order.note}</Fact>}
    </dl>
  )
}

function Fact({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <div className="grid gap-1">
      <dt className="text-sm text-soft">{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}
