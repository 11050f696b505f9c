// Owns the words for messages: how they stand, over what they go, what they are about.
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Words } from '#lib/words.tsx'
import type { Channel, MessageStatus, SuppressionReason, Topic } from './api.ts'

export const MESSAGE_WORDS: Words<MessageStatus> = {
  queued: { tone: 'accent', word: msg`Waiting` },
  sending: { tone: 'accent', word: msg`Being sent` },
  sent: { tone: 'good', word: msg`Sent` },
  delivered: { tone: 'good', word: msg`Arrived` },
  bounced: { tone: 'bad', word: msg`Came back` },
  failed: { tone: 'bad', word: msg`Given up` },
  suppressed: { tone: 'neutral', word: msg`Not sent on purpose` },
}

export const CHANNEL_WORDS: Record<Channel, MessageDescriptor> = {
  email: msg`E-mail`,
  sms: msg`Text message`,
  push: msg`Push`,
}

export const TOPIC_WORDS: Record<Topic, MessageDescriptor> = {
  orders: msg`Orders`,
  security: msg`Security`,
  service: msg`Service`,
  marketing: msg`News and offers`,
  reviews: msg`Reviews`,
  stock: msg`Back in stock`,
}

export const REASON_WORDS: Record<SuppressionReason, MessageDescriptor> = {
  manual: msg`Put here by staff`,
  hard_bounce: msg`The address does not exist`,
  complaint: msg`Its owner complained of spam`,
}

export const SOURCE_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  registration: msg`when they registered`,
  preferences: msg`in their preferences`,
  unsubscribe_link: msg`by the link in a mail`,
}

/** `order_confirmation` as "Order confirmation": the shop's own names, in one language. */
export function titleOf(template: string): string {
  const words = template.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
