// Owns the words for the states of what belongs to an order: parcels, payments, attempts, refunds and mails.
import { msg } from '@lingui/core/macro'
import type { Words } from '#lib/words.tsx'
import type { Mail } from './mail-api.ts'
import type { PaymentDetail } from './payment-api.ts'
import type { ShipmentStatus } from './shipment-api.ts'

export const SHIPMENT_WORDS: Words<ShipmentStatus> = {
  pending: { tone: 'accent', word: msg`To be sent` },
  label_created: { tone: 'accent', word: msg`Label is being bought` },
  shipped: { tone: 'warn', word: msg`Under way` },
  out_for_delivery: { tone: 'warn', word: msg`Out for delivery` },
  delivered: { tone: 'good', word: msg`Delivered` },
  exception: { tone: 'bad', word: msg`Problem on the way` },
  returned: { tone: 'neutral', word: msg`Came back` },
  cancelled: { tone: 'neutral', word: msg`Called off` },
}

export const PAYMENT_STATE_WORDS: Words<PaymentDetail['status']> = {
  requires_payment_method: { tone: 'neutral', word: msg`Waits for the buyer` },
  requires_action: { tone: 'warn', word: msg`The buyer has to confirm` },
  processing: { tone: 'warn', word: msg`Outcome not known yet` },
  requires_capture: { tone: 'accent', word: msg`Money is held` },
  succeeded: { tone: 'good', word: msg`Paid` },
  canceled: { tone: 'neutral', word: msg`Called off` },
  conflicted: { tone: 'bad', word: msg`Does not fit the order` },
}

export const ATTEMPT_WORDS: Words<PaymentDetail['attempts'][number]['status']> = {
  started: { tone: 'neutral', word: msg`Started` },
  requires_action: { tone: 'warn', word: msg`The buyer has to confirm` },
  processing: { tone: 'warn', word: msg`Outcome not known yet` },
  requires_capture: { tone: 'accent', word: msg`Money is held` },
  succeeded: { tone: 'good', word: msg`Paid` },
  failed: { tone: 'bad', word: msg`Refused` },
  canceled: { tone: 'neutral', word: msg`Called off` },
}

export const REFUND_WORDS: Words<PaymentDetail['refunds'][number]['status']> = {
  pending: { tone: 'warn', word: msg`Under way` },
  succeeded: { tone: 'good', word: msg`Sent` },
  failed: { tone: 'bad', word: msg`Refused by the provider` },
}

export const MAIL_WORDS: Words<Mail['status']> = {
  queued: { tone: 'neutral', word: msg`Waits` },
  sending: { tone: 'neutral', word: msg`Being sent` },
  sent: { tone: 'good', word: msg`Sent` },
  delivered: { tone: 'good', word: msg`Arrived` },
  bounced: { tone: 'bad', word: msg`Came back` },
  failed: { tone: 'bad', word: msg`Given up` },
  suppressed: { tone: 'warn', word: msg`Not sent on purpose` },
}
