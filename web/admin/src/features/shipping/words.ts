// Owns the words for why something is not delivered, and for how a rate's price comes about.
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Excluded, NoDelivery, Pricing } from './api.ts'

export const NO_DELIVERY: Record<NoDelivery, MessageDescriptor> = {
  no_zone: msg`This address lies in no zone. Add its country to one.`,
  not_delivered: msg`This address lies in a zone that nothing is delivered to.`,
  no_rate: msg`The zone has no active rate.`,
  other_currency: msg`No rate has the currency of these goods.`,
  mixed_currencies: msg`The goods are priced in different currencies, so no rate can apply.`,
  too_heavy: msg`The goods are too heavy for every rate.`,
  too_valuable: msg`The goods are worth more than every rate allows.`,
  too_large: msg`There are too many pieces for every rate.`,
}

export const EXCLUDED: Record<Excluded, MessageDescriptor> = {
  other_currency: msg`Its currency is another one than that of the goods`,
  too_heavy: msg`The goods are too heavy for it`,
  too_valuable: msg`The goods are worth more than its last step`,
  too_large: msg`There are too many pieces for it`,
}

export const KINDS: Record<Pricing['kind'], MessageDescriptor> = {
  flat: msg`One price for everything`,
  by_weight: msg`By weight`,
  by_value: msg`By value of the goods`,
  per_item: msg`By number of pieces`,
}
