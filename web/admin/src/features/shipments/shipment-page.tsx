// Owns the page of one shipment: what is in it, where it goes, and what can be done with it next.
import { Trans, useLingui } from '@lingui/react/macro'
import { ButtonHref } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Facts } from '#lib/facts.tsx'
import { ObjectFacts } from '#lib/object-facts.tsx'
import { Page } from '#lib/page.tsx'
import { StateBadge } from '#lib/words.tsx'
import { type ShipmentDetail, shipmentQuery } from './api.ts'
import { LabelCard } from './label-card.tsx'
import { ParcelsCard } from './parcels-card.tsx'
import { SandboxCard } from './sandbox-card.tsx'
import { ShipmentActions } from './shipment-actions.tsx'
import { ShipmentTimeline } from './shipment-timeline.tsx'
import { SHIPMENT_WORDS, TRACKING_WORDS } from './words.ts'

export function ShipmentPage({ id }: { id: string }) {
  const { t } = useLingui()
  const { data: shipment } = useSuspenseQuery(shipmentQuery(id))
  return (
    <Page
      title={t`Shipment of ${shipment.order_number}`}
      above={[{ label: t`Shipments`, link: { to: '/shipping/shipments' } }]}
      actions={<ShipmentActions shipment={shipment} />}
    >
      <div className="flex flex-wrap items-center gap-3">
        <StateBadge words={SHIPMENT_WORDS} state={shipment.status} />
        <Link
          to="/orders/$id"
          params={{ id: shipment.order_id }}
          className="inline-flex min-h-8 items-center underline underline-offset-4"
        >
          <Trans>Order {shipment.order_number}</Trans>
        </Link>
      </div>
      <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[2fr_1fr]">
        <div className="grid grid-cols-1 gap-5">
          <GoodsCard shipment={shipment} />
          <ParcelsCard key={shipment.version} shipment={shipment} />
          <LabelCard shipment={shipment} />
          <Card title={t`What happened`}>
            <ShipmentTimeline shipment={shipment} />
          </Card>
        </div>
        <div className="grid grid-cols-1 gap-5">
          <AddressCard shipment={shipment} />
          <SandboxCard shipment={shipment} />
          <ObjectFacts
            object={shipment}
            path={`/shipping/shipments/${shipment.id}`}
            facts={[[t`Mails to the buyer`, shipment.notify ? t`yes` : t`no`]]}
          />
        </div>
      </div>
    </Page>
  )
}

function GoodsCard({ shipment }: { shipment: ShipmentDetail }) {
  const { t } = useLingui()
  const format = useFormat()
  const kilograms = (grams: number) => format.number(grams / 1000, { style: 'unit', unit: 'kilogram' })
  return (
    <Card title={t`Goods`} action={<span className="text-soft">{kilograms(shipment.weight_g)}</span>}>
      <ul>
        {shipment.items.map(({ sku, title, quantity, weight_g }) => (
          <li
            key={sku}
            className="flex justify-between gap-4 border-line border-b py-2.5 first:pt-0 last:border-0 last:pb-0"
          >
            <span>
              {quantity} × {title} <span className="block text-sm text-soft">{sku}</span>
            </span>
            <span className="text-soft">{kilograms(weight_g * quantity)}</span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function AddressCard({ shipment }: { shipment: ShipmentDetail }) {
  const { t, i18n } = useLingui()
  const format = useFormat()
  const { address, estimate, tracking_number: tracking } = shipment
  const day = (at: string) => format.date(at, { dateStyle: 'medium' })
  return (
    <Card title={t`Delivery`}>
      <address className="mb-4 whitespace-pre-line not-italic">
        {[
          address.name,
          address.line1,
          address.line2,
          [address.postal_code, address.city, address.region].filter(Boolean).join(' '),
          format.country(address.country),
          address.phone,
        ]
          .filter(Boolean)
          .join('\n')}
      </address>
      <Facts
        facts={[
          [t`Service`, `${shipment.carrier} ${shipment.service}`],
          [t`Parcel`, i18n._(TRACKING_WORDS[shipment.tracking_status])],
          [t`Tracking`, tracking],
          [t`Expected`, estimate && `${day(estimate.earliest)} – ${day(estimate.latest)}`],
          [t`Left`, shipment.shipped_at && day(shipment.shipped_at)],
          [t`Arrived`, shipment.delivered_at && day(shipment.delivered_at)],
        ]}
      />
      {shipment.tracking_url && (
        <ButtonHref href={shipment.tracking_url} tone="outline" size="small" className="mt-4 min-h-11!">
          <Trans>What the buyer sees</Trans>
        </ButtonHref>
      )}
    </Card>
  )
}
