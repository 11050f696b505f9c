// Owns who an order is for: the buyer, where it goes, what they wished.
import { Trans, useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { Link } from '@tanstack/react-router'
import { useMay } from '#lib/session.ts'
import type { OrderDetail } from './api.ts'

type Address = OrderDetail['shipping_address']

export function OrderPeople({ order }: { order: OrderDetail }) {
  const { t } = useLingui()
  const may = useMay()
  return (
    <Card title={t`Buyer`}>
      <div className="grid gap-4">
        <p>
          {order.user_id && may('users:read') ? (
            <Link
              to="/customers/$id"
              params={{ id: order.user_id }}
              className="font-medium underline underline-offset-4"
            >
              {order.shipping_address.name}
            </Link>
          ) : (
            <span className="font-medium">{order.shipping_address.name}</span>
          )}
          {!order.user_id && (
            <span className="text-soft">
              {' '}
              <Trans>(guest)</Trans>
            </span>
          )}
          <a href={`mailto:${order.email}`} className="flex min-h-6 w-fit items-center underline underline-offset-4">
            {order.email}
          </a>
          <Link
            to="/orders"
            search={{ email: order.email }}
            className="flex min-h-6 w-fit items-center text-sm underline underline-offset-4"
          >
            <Trans>All orders with this address</Trans>
          </Link>
        </p>
        {order.note && (
          <div>
            <h3 className="text-sm text-soft">
              <Trans>The buyer wrote</Trans>
            </h3>
            <p className="whitespace-pre-wrap">{order.note}</p>
          </div>
        )}
        <AddressBlock title={t`Goes to`} address={order.shipping_address} />
        {order.billing_address && <AddressBlock title={t`Bill to`} address={order.billing_address} />}
      </div>
    </Card>
  )
}

function AddressBlock({ title, address }: { title: string; address: Address }) {
  const format = useFormat()
  const { name, line1, line2, postal_code: postalCode, city, region, country, phone } = address
  const place = [line1, postalCode, city, country].filter(Boolean).join(', ')
  return (
    <div>
      <h3 className="text-sm text-soft">{title}</h3>
      <address className="not-italic">
        {[name, line1, line2, [postalCode, city].filter(Boolean).join(' '), region, format.country(country), phone]
          .filter(Boolean)
          .map((part) => (
            <span key={part} className="block">
              {part}
            </span>
          ))}
      </address>
      <a
        href={`https://www.openstreetmap.org/search?query=${encodeURIComponent(place)}`}
        target="_blank"
        rel="noreferrer"
        className="flex min-h-6 w-fit items-center text-sm underline underline-offset-4"
      >
        <Trans>Show on a map</Trans>
      </a>
    </div>
  )
}
