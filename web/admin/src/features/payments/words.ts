// Owns the words for the states of payments, tries, refunds and the provider's news.
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Words } from '#lib/words.tsx'
import type { Attempt, Difference, PaymentStatus, Refund, WebhookStatus } from './api.ts'

export const PAYMENT_WORDS: Words<PaymentStatus> = {
  requires_payment_method: { tone: 'neutral', word: msg`Not paid` },
  requires_action: { tone: 'warn', word: msg`Waits for the buyer` },
  processing: { tone: 'warn', word: msg`Outcome not known yet` },
  requires_capture: { tone: 'accent', word: msg`Held, to be taken` },
  succeeded: { tone: 'good', word: msg`Paid` },
  canceled: { tone: 'neutral', word: msg`Called off` },
  conflicted: { tone: 'bad', word: msg`Does not add up` },
}

/** What a state means for whoever has to do something about it. */
export const PAYMENT_MEANING: Record<PaymentStatus, MessageDescriptor> = {
  requires_payment_method: msg`No try to pay is under way. The buyer may try again.`,
  requires_action: msg`The buyer has to confirm the payment with their bank (3-D Secure).`,
  processing: msg`The provider has not said yet what became of it. If that takes too long, ask it.`,
  requires_capture: msg`The money is held on the buyer's card. Take it when the goods leave, or let it go.`,
  succeeded: msg`The money is ours.`,
  canceled: msg`Nothing was taken, or what was held is let go.`,
  conflicted: msg`The provider speaks of another amount or currency than we asked for. Compare with the provider, then take the money or let it go.`,
}

export const ATTEMPT_WORDS: Words<Attempt['status']> = {
  started: { tone: 'neutral', word: msg`Started` },
  requires_action: { tone: 'warn', word: msg`3-D Secure: waits for the buyer` },
  processing: { tone: 'warn', word: msg`Outcome not known yet` },
  requires_capture: { tone: 'accent', word: msg`Held` },
  succeeded: { tone: 'good', word: msg`Succeeded` },
  failed: { tone: 'bad', word: msg`Declined` },
  canceled: { tone: 'neutral', word: msg`Called off` },
}

export const REFUND_WORDS: Words<Refund['status']> = {
  pending: { tone: 'warn', word: msg`Under way` },
  succeeded: { tone: 'good', word: msg`Given back` },
  failed: { tone: 'bad', word: msg`Refused` },
}

export const WEBHOOK_WORDS: Words<WebhookStatus> = {
  received: { tone: 'warn', word: msg`Waits its turn` },
  applied: { tone: 'good', word: msg`Taken in` },
  ignored: { tone: 'neutral', word: msg`Not needed` },
  unmatched: { tone: 'bad', word: msg`Fits no payment` },
}

export const DIFFERENCE_WORDS: Record<Difference['kind'], MessageDescriptor> = {
  unknown_here: msg`The provider knows a charge that we do not`,
  unknown_there: msg`We know a charge that the provider does not`,
  status: msg`The state is another one`,
  amount: msg`The amount is another one`,
  captured: msg`Not as much was taken`,
  refunded: msg`Not as much was given back`,
}

/** Why a bank says no, in words. */
export const DECLINE_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  card_declined: msg`The bank declined without a reason.`,
  generic_decline: msg`The bank declined without a reason.`,
  insufficient_funds: msg`Not enough money on the account.`,
  lost_card: msg`The card was reported lost.`,
  stolen_card: msg`The card was reported stolen.`,
  fraudulent: msg`The provider takes it for fraud.`,
  expired_card: msg`The card has expired.`,
  incorrect_cvc: msg`The security code was wrong.`,
  processing_error: msg`The provider had an error. Nothing was charged.`,
  authentication_required: msg`The buyer did not confirm it with their bank (3-D Secure).`,
  payment_intent_authentication_failure: msg`The buyer did not confirm it with their bank (3-D Secure).`,
}

export const ACCOUNT_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  provider_balance: msg`Owed to us by the provider`,
  customer_payments: msg`Payments of customers`,
  refunds: msg`Refunds`,
  disputed_funds: msg`Taken back until a dispute is decided`,
  dispute_losses: msg`Lost disputes`,
  dispute_fees: msg`Fees of disputes`,
  authorized_holds: msg`Held on cards`,
  authorized_memo: msg`Held on cards (counterpart)`,
}

export const BOOKING_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  authorization: msg`Money held`,
  authorization_released: msg`Hold let go`,
  capture: msg`Money taken`,
  refund: msg`Money given back`,
  refund_reversed: msg`Refund bounced`,
  dispute_opened: msg`Dispute opened`,
  dispute_won: msg`Dispute won`,
  dispute_lost: msg`Dispute lost`,
}
