// Owns the shop's answer for what was sold here once and is no longer (410).
import { ProblemError } from '@rialto/api/problem.ts'

export interface Withdrawn {
  withdrawn: true
  /** Where it was, for what there is instead. */
  category: string | undefined
}

export function withdrawnFrom(error: unknown): Withdrawn | undefined {
  if (!(error instanceof ProblemError) || error.status !== 410) return undefined
  const category = error.body['category']
  return { withdrawn: true, category: typeof category === 'string' ? category : undefined }
}
