// Owns the words for the states of a shipment and of its parcel.
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Words } from '#lib/words.tsx'
import type { Advance, ShipmentStatus, TrackingStatus } from './api.ts'

export const SHIPMENT_WORDS: Words<ShipmentStatus> = {
  pending: { tone: 'accent', word: msg`To pack` },
  label_created: { tone: 'warn', word: msg`Label under way` },
  shipped: { tone: 'good', word: msg`Shipped` },
  out_for_delivery: { tone: 'good', word: msg`Out for delivery` },
  delivered: { tone: 'good', word: msg`Delivered` },
  exception: { tone: 'bad', word: msg`In trouble` },
  returned: { tone: 'neutral', word: msg`Came back` },
  cancelled: { tone: 'neutral', word: msg`Cancelled` },
}

export const TRACKING_WORDS: Record<TrackingStatus, MessageDescriptor> = {
  unknown: msg`Nothing seen yet`,
  pre_transit: msg`Announced to the carrier`,
  in_transit: msg`On its way`,
  out_for_delivery: msg`Out for delivery`,
  attempted_delivery: msg`Nobody was there`,
  available_for_pickup: msg`Waits to be picked up`,
  delivered: msg`Delivered`,
  delayed: msg`Delayed`,
  exception: msg`In trouble`,
  return_to_sender: msg`On its way back`,
  expired: msg`Not heard of any more`,
  cancelled: msg`Cancelled`,
}

export const ADVANCE_WORDS: Record<Advance, MessageDescriptor> = {
  in_transit: msg`On its way`,
  out_for_delivery: msg`Out for delivery`,
  attempted_delivery: msg`Nobody was there`,
  available_for_pickup: msg`Waits to be picked up`,
  delivered: msg`Delivered`,
  delayed: msg`Delayed`,
  exception: msg`In trouble`,
  returned: msg`Came back`,
}
