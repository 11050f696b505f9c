// Owns what happened to a shipment: our own steps and what the carrier saw, in one list.
import { useLingui } from '@lingui/react/macro'
import { Package, Truck } from 'lucide-react'
import { Timeline } from '#lib/timeline.tsx'
import { type ShipmentDetail, STATUSES } from './api.ts'
import { SHIPMENT_WORDS, TRACKING_WORDS } from './words.ts'

export function ShipmentTimeline({ shipment }: { shipment: ShipmentDetail }) {
  const { t, i18n } = useLingui()
  const wordOf = (state: string) => {
    const known = STATUSES.find((status) => status === state)
    return known ? i18n._(SHIPMENT_WORDS[known].word) : state.replaceAll('_', ' ')
  }
  const actorOf = (actor: string) => {
    if (actor === 'order') return t`By the order`
    if (actor === 'carrier') return t`By the carrier`
    return t`By staff`
  }
  const steps = shipment.history.map(({ at, from, to, actor }, index) => ({
    key: `step-${index}`,
    at,
    icon: Package,
    title: from && from !== to ? t`${wordOf(from)} → ${wordOf(to)}` : wordOf(to),
    actor: actorOf(actor),
  }))
  const sightings = shipment.events.map(({ occurred_at, status, location, description }, index) => ({
    key: `seen-${index}`,
    at: occurred_at,
    icon: Truck,
    title: i18n._(TRACKING_WORDS[status]),
    detail: [description, location].filter(Boolean).join(' · '),
  }))
  const all = [...steps, ...sightings]
  if (all.length === 0) return <p className="text-soft">{t`Nothing yet: it waits to be packed.`}</p>
  return <Timeline happenings={all} />
}
