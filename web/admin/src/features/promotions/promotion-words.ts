// Owns the words for the states of a promotion, and for what can be wrong with one.
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Words } from '#lib/words.tsx'
import type { PromotionState } from './api.ts'

export const PROMOTION_WORDS: Words<PromotionState> = {
  active: { tone: 'good', word: msg`Active` },
  scheduled: { tone: 'accent', word: msg`Scheduled` },
  ended: { tone: 'neutral', word: msg`Ended` },
  used_up: { tone: 'warn', word: msg`Used up` },
  off: { tone: 'neutral', word: msg`Switched off` },
}

export const PROMOTION_PROBLEMS: Readonly<Record<string, MessageDescriptor>> = {
  no_code: msg`Use letters, digits, - and _, at most 64.`,
  code_taken: msg`Another promotion has this code.`,
  too_long: msg`This is too long.`,
  no_amount: msg`Write an amount, such as 5.00.`,
  no_percent: msg`Write a number above 0 and at most 100, such as 12.5.`,
  no_count: msg`Write a whole number above 0, or leave it empty.`,
  not_after: msg`The end must be after the beginning.`,
  out_of_range: msg`This does not fit: the code may have been used more often already.`,
}
