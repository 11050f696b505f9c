// Owns the parcels of an order: carrier, number, what is in them, and where each was seen last.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge, type BadgeTone } from '@rialto/ui/badge.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { DateRange } from '#lib/delivery-dates.tsx'
import type { Order, TrackedShipment } from './api.ts'

interface ParcelsProps {
  parcels: readonly TrackedShipment[]
  /** Knows the carriers' own pages. */
  order?: Order
  /** Shows every stop on the way without being asked. */
  isOpen?: boolean
}

export function Parcels({ parcels, order, isOpen = false }: ParcelsProps) {
  return (
    <ul className="grid gap-6">
      {parcels.map((parcel, index) => (
        <li key={parcel.shipment_id} className="grid gap-4 not-first:border-line not-first:border-t not-first:pt-6">
          <Parcel
            parcel={parcel}
            isOpen={isOpen}
            place={parcels.length > 1 ? [index + 1, parcels.length] : undefined}
            link={order?.shipments.find(({ id }) => id === parcel.shipment_id)?.tracking_url ?? undefined}
          />
        </li>
      ))}
    </ul>
  )
}

interface ParcelProps {
  parcel: TrackedShipment
  isOpen: boolean
  place?: [number, number] | undefined
  link?: string | undefined
}

function Parcel({ parcel, isOpen, place, link }: ParcelProps) {
  const { t } = useLingui()
  const [tone, words] = useParcelWords()(parcel.status)
  const last = parcel.events.at(-1)
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h3 className="text-base">{place ? t`Parcel ${place[0]} of ${place[1]}` : t`Your parcel`}</h3>
        <Badge tone={tone}>{words}</Badge>
      </div>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 text-sm">
        <dt className="text-soft">
          <Trans>Contents</Trans>
        </dt>
        <dd>{parcel.items.map(({ quantity, title }) => `${quantity} × ${title}`).join(', ')}</dd>
        <dt className="text-soft">
          <Trans>Delivery</Trans>
        </dt>
        <dd>{parcel.service}</dd>
        {parcel.tracking_number && (
          <>
            <dt className="text-soft">
              <Trans>Tracking number</Trans>
            </dt>
            <dd>
              <TrackingNumber number={parcel.tracking_number} link={link} />
            </dd>
          </>
        )}
        {parcel.estimate && !parcel.delivered_at && (
          <>
            <dt className="text-soft">
              <Trans>Expected</Trans>
            </dt>
            <dd>
              <DateRange from={parcel.estimate.earliest} to={parcel.estimate.latest} />
            </dd>
          </>
        )}
      </dl>
      {last && <Events parcel={parcel} isOpen={isOpen} />}
    </>
  )
}

/** The link leads to the carrier. One of this shop would lead to what stands here already. */
function TrackingNumber({ number, link }: { number: string; link: string | undefined }) {
  const leadsOut = link && new URL(link, window.location.href).origin !== window.location.origin
  if (!leadsOut) return <code className="select-all">{number}</code>
  return (
    <a href={link} className="underline underline-offset-4" rel="noopener">
      {number}
    </a>
  )
}

function Events({ parcel, isOpen }: { parcel: TrackedShipment; isOpen: boolean }) {
  const { t } = useLingui()
  const format = useFormat()
  const words = useParcelWords()
  return (
    <details open={isOpen}>
      <summary className="min-h-11 py-2.5 text-sm underline underline-offset-4">
        {t`${plural(parcel.events.length, { one: '# stop on the way', other: '# stops on the way' })}`}
      </summary>
      <ol className="grid gap-2 pt-1 text-sm">
        {parcel.events.toReversed().map((event) => (
          <li key={`${event.occurred_at}${event.status}`} className="grid grid-cols-[10rem_1fr] gap-3">
            <time dateTime={event.occurred_at} className="text-soft">
              {format.date(event.occurred_at, { dateStyle: 'medium', timeStyle: 'short' })}
            </time>
            <span>{[words(event.status)[1], event.location].filter(Boolean).join(' · ')}</span>
          </li>
        ))}
      </ol>
    </details>
  )
}

export function useParcelWords(): (status: TrackedShipment['status']) => [BadgeTone, string] {
  const { t } = useLingui()
  return (status) => {
    const words: Record<TrackedShipment['status'], [BadgeTone, string]> = {
      unknown: ['neutral', t`Being packed`],
      pre_transit: ['neutral', t`Ready for the carrier`],
      in_transit: ['accent', t`On its way`],
      out_for_delivery: ['accent', t`Out for delivery`],
      attempted_delivery: ['warn', t`Nobody was there`],
      available_for_pickup: ['accent', t`Ready to be picked up`],
      delivered: ['good', t`Delivered`],
      delayed: ['warn', t`Delayed`],
      exception: ['bad', t`There is a problem`],
      return_to_sender: ['bad', t`On its way back to us`],
      expired: ['neutral', t`Not heard of any more`],
      cancelled: ['neutral', t`Cancelled`],
    }
    return words[status]
  }
}
