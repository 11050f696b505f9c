// Owns what the services are called.
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Service } from './api.ts'

export const SERVICE_WORDS: Record<Service, MessageDescriptor> = {
  gateway: msg`Gateway`,
  users: msg`Accounts`,
  catalog: msg`Catalogue`,
  orders: msg`Orders`,
  payments: msg`Payments`,
  shipping: msg`Shipping`,
  notifications: msg`Notifications`,
}
