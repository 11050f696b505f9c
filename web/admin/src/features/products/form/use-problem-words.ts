// Owns the turn from the code of a problem to a sentence.
import { useLingui } from '@lingui/react/macro'
import { PROBLEM_WORDS } from './product-words.ts'

export function useProblemWords(): (code: string | undefined) => string | undefined {
  const { t, i18n } = useLingui()
  return (code) => {
    if (code === undefined) return undefined
    const words = PROBLEM_WORDS[code]
    return words ? i18n._(words) : t`This is not as it should be.`
  }
}
