// Owns the words for the states of an order.

import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react'
import { Badge, type BadgeTone } from '@rialto/ui/badge.tsx'
import type { FulfillmentStatus, OrderStatus, PaymentStatus } from './api.ts'

type Words<Status extends string> = Record<Status, { tone: BadgeTone; word: MessageDescriptor }>

export const ORDER_WORDS: Words<OrderStatus> = {
  pending: { tone: 'neutral', word: msg`Pending` },
  processing: { tone: 'accent', word: msg`Processing` },
  shipped: { tone: 'good', word: msg`Shipped` },
  delivered: { tone: 'good', word: msg`Delivered` },
  cancelled: { tone: 'neutral', word: msg`Cancelled` },
}

export const PAYMENT_WORDS: Words<PaymentStatus> = {
  not_paid: { tone: 'neutral', word: msg`Not paid` },
  authorized: { tone: 'accent', word: msg`Authorized` },
  partially_paid: { tone: 'warn', word: msg`Partially paid` },
  paid: { tone: 'good', word: msg`Paid` },
  partially_refunded: { tone: 'warn', word: msg`Partially refunded` },
  refunded: { tone: 'neutral', word: msg`Refunded` },
  voided: { tone: 'neutral', word: msg`Voided` },
  disputed: { tone: 'bad', word: msg`Disputed` },
}

export const FULFILLMENT_WORDS: Words<FulfillmentStatus> = {
  unfulfilled: { tone: 'accent', word: msg`To fulfil` },
  partially_shipped: { tone: 'warn', word: msg`Partially shipped` },
  shipped: { tone: 'good', word: msg`Shipped` },
  delivered: { tone: 'good', word: msg`Delivered` },
  partially_returned: { tone: 'warn', word: msg`Partially returned` },
  returned: { tone: 'neutral', word: msg`Returned` },
  cancelled: { tone: 'neutral', word: msg`Cancelled` },
}

export function OrderBadge({ status }: { status: OrderStatus }) {
  return <WordBadge {...ORDER_WORDS[status]} />
}

export function PaymentBadge({ status }: { status: PaymentStatus }) {
  return <WordBadge {...PAYMENT_WORDS[status]} />
}

export function FulfillmentBadge({ status }: { status: FulfillmentStatus }) {
  return <WordBadge {...FULFILLMENT_WORDS[status]} />
}

function WordBadge({ tone, word }: { tone: BadgeTone; word: MessageDescriptor }) {
  const { _ } = useLingui()
  return <Badge tone={tone}>{_(word)}</Badge>
}
