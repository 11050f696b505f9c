// Owns the words for the states and reasons of disputes, and what speaks against each reason.
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Words } from '#lib/words.tsx'
import type { DisputeStatus, Evidence } from './api.ts'

export const DISPUTE_WORDS: Words<DisputeStatus> = {
  warning_needs_response: { tone: 'warn', word: msg`Inquiry: answer it` },
  warning_under_review: { tone: 'accent', word: msg`Inquiry: the bank decides` },
  warning_closed: { tone: 'neutral', word: msg`Inquiry closed` },
  needs_response: { tone: 'bad', word: msg`Answer it` },
  under_review: { tone: 'accent', word: msg`The bank decides` },
  prevented: { tone: 'good', word: msg`Prevented` },
  won: { tone: 'good', word: msg`Won` },
  lost: { tone: 'neutral', word: msg`Lost` },
}

export const REASON_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  fraudulent: msg`The cardholder says they did not pay this`,
  product_not_received: msg`The goods did not arrive`,
  product_unacceptable: msg`The goods are not as described`,
  duplicate: msg`It was charged twice`,
  credit_not_processed: msg`A promised refund did not come`,
  subscription_canceled: msg`It was cancelled before`,
  unrecognized: msg`The cardholder does not recognise the charge`,
  general: msg`No reason was given`,
}

export const OUTCOME_WORDS: Partial<Record<DisputeStatus, MessageDescriptor>> = {
  won: msg`The bank decided for the shop. The money came back; the fee did not.`,
  lost: msg`The bank decided for the buyer. The money and the fee are gone.`,
  prevented: msg`The dispute was prevented before money moved.`,
  warning_closed: msg`The inquiry is closed, and no money moved.`,
  under_review: msg`The evidence is with the bank, which may take weeks to decide.`,
  warning_under_review: msg`The answer is with the bank. No money has moved.`,
}

export type EvidenceField = keyof Evidence

const DELIVERY: readonly EvidenceField[] = ['shipping_carrier', 'shipping_tracking_number', 'shipping_date']

/** What convinces a bank, by the reason of the dispute. */
export function usefulAgainst(reason: string): readonly EvidenceField[] {
  if (reason === 'product_not_received') return [...DELIVERY, 'customer_communication']
  if (reason === 'product_unacceptable') return ['product_description', 'refund_policy', 'customer_communication']
  if (reason === 'credit_not_processed') return ['refund_policy', 'customer_communication']
  if (reason === 'duplicate') return ['uncategorized_text', 'product_description']
  return [...DELIVERY, 'product_description', 'customer_communication']
}

export const EVIDENCE_WORDS: Record<EvidenceField, { label: MessageDescriptor; hint?: MessageDescriptor }> = {
  product_description: {
    label: msg`What was bought`,
    hint: msg`The goods, in words that a stranger understands.`,
  },
  shipping_carrier: { label: msg`Carrier` },
  shipping_tracking_number: { label: msg`Tracking number` },
  shipping_date: { label: msg`Day it was sent` },
  customer_communication: {
    label: msg`What the buyer wrote`,
    hint: msg`Mails and messages that show they got the goods or agreed.`,
  },
  refund_policy: { label: msg`Refund policy`, hint: msg`As the buyer saw it when they bought.` },
  uncategorized_text: { label: msg`Anything else`, hint: msg`Whatever else speaks for the shop.` },
}
