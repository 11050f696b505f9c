// Owns the words for templates and their languages.
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Topic } from './api.ts'

export const TOPIC_WORDS: Record<Topic, MessageDescriptor> = {
  orders: msg`Orders`,
  security: msg`Security`,
  service: msg`Service`,
  marketing: msg`News and offers`,
  reviews: msg`Reviews`,
  stock: msg`Back in stock`,
}

/** `order_confirmation` as "Order confirmation": the shop's own names, in one language. */
export function titleOf(template: string): string {
  const words = template.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
