// Owns the words for the states of a review.
import { msg } from '@lingui/core/macro'
import type { Words } from '#lib/words.tsx'
import type { ReviewStatus } from './api.ts'

export const REVIEW_WORDS: Words<ReviewStatus> = {
  pending: { tone: 'warn', word: msg`To decide` },
  approved: { tone: 'good', word: msg`Approved` },
  rejected: { tone: 'neutral', word: msg`Rejected` },
}
