// Owns the words for the states of a return, for its next steps, and for what becomes of goods.
import { msg } from '@lingui/core/macro'
import { StateBadge, type Words } from '#lib/words.tsx'
import type { Disposition, ReturnStatus } from './api.ts'

export const RETURN_WORDS: Words<ReturnStatus> = {
  requested: { tone: 'warn', word: msg`Asked for` },
  approved: { tone: 'accent', word: msg`Approved` },
  declined: { tone: 'neutral', word: msg`Declined` },
  label_sent: { tone: 'accent', word: msg`Label sent` },
  in_transit: { tone: 'accent', word: msg`On its way back` },
  received: { tone: 'warn', word: msg`Received` },
  inspected: { tone: 'warn', word: msg`Inspected` },
  refunded: { tone: 'good', word: msg`Refunded` },
  rejected: { tone: 'bad', word: msg`Rejected` },
  closed: { tone: 'neutral', word: msg`Closed` },
  cancelled: { tone: 'neutral', word: msg`Called off` },
}

export const DISPOSITION_WORDS = {
  restock: msg`Back on the shelf`,
  damaged: msg`Damaged`,
  discard: msg`Thrown away`,
} as const satisfies Record<Disposition, unknown>

export function ReturnBadge({ status }: { status: ReturnStatus }) {
  return <StateBadge words={RETURN_WORDS} state={status} />
}
