// Owns packing slips: one sheet for each order, to print and to lay into the parcel.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useSuspenseQueries } from '@tanstack/react-query'
import { Printer } from 'lucide-react'
import { Page } from '#lib/page.tsx'
import { type OrderDetail, orderQuery } from './api.ts'

export function SlipsPage({ ids }: { ids: readonly string[] }) {
  const { t } = useLingui()
  const orders = useSuspenseQueries({ queries: ids.map(orderQuery) }).map(({ data }) => data)
  return (
    <Page
      title={t`Packing slips`}
      above={[{ label: t`Orders`, link: { to: '/orders' } }]}
      actions={
        <Button onClick={() => print()}>
          <Icon of={Printer} />
          <Plural value={orders.length} one="Print # slip" other="Print # slips" />
        </Button>
      }
    >
      {orders.map((order) => (
        <Slip key={order.id} order={order} />
      ))}
    </Page>
  )
}

function Slip({ order }: { order: OrderDetail }) {
  const format = useFormat()
  const { name, line1, line2, postal_code: postalCode, city, region, country } = order.shipping_address
  return (
    <article className="max-w-3xl rounded-card border border-line bg-card p-8 print:break-after-page print:border-0 print:p-0">
      <header className="flex flex-wrap justify-between gap-4">
        <h2 className="text-xl">{order.number}</h2>
        <p>
          <DateTime at={order.created_at} />
        </p>
      </header>
      <address className="my-6 not-italic">
        {[name, line1, line2, [postalCode, city].filter(Boolean).join(' '), region, format.country(country)]
          .filter(Boolean)
          .map((part) => (
            <span key={part} className="block">
              {part}
            </span>
          ))}
      </address>
      <table className="w-full">
        <thead>
          <tr className="border-line border-b text-sm text-soft">
            <th scope="col" className="py-2 text-start font-medium">
              <Trans>Pieces</Trans>
            </th>
            <th scope="col" className="py-2 text-start font-medium">
              <Trans>What</Trans>
            </th>
            <th scope="col" className="py-2 text-start font-medium">
              SKU
            </th>
            <th scope="col" className="py-2 text-end font-medium">
              <Trans>Packed</Trans>
            </th>
          </tr>
        </thead>
        <tbody>
          {order.lines.map((line) => (
            <tr key={line.sku} className="border-line border-b">
              <td className="py-2 tabular-nums">{line.quantity - line.shipped_quantity}</td>
              <td className="py-2">{[line.title, line.variant_title].filter(Boolean).join(' · ')}</td>
              <td className="py-2 text-soft">{line.sku}</td>
              <td className="py-2">
                <span className="ms-auto block size-5 border border-edge" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {order.note && <p className="mt-6 whitespace-pre-wrap">{order.note}</p>}
    </article>
  )
}
