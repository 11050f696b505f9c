// Owns the words for what the shop refuses at the entrance: wrong passwords, weak ones, too many tries, dead links.
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { fieldProblems, ProblemError } from '@rialto/api/problem.ts'
import { useExplain } from '@rialto/ui/error-state.tsx'
import type { FormError } from '@rialto/ui/error-summary.tsx'

export function useSessionWords() {
  const { t } = useLingui()
  const explain = useExplain()

  function wait(error: ProblemError): string {
    const minutes = Math.max(1, Math.ceil((error.retryAfterSecs ?? 60) / 60))
    return t`Too many tries. Please come back in ${plural(minutes, { one: '# minute', other: '# minutes' })}.`
  }

  function weakness(error: Error, field: string): FormError | undefined {
    const problem = fieldProblems(error).get(field)
    if (!problem) return undefined
    const words: Record<string, string> = {
      too_short: t`Make the password longer: at least 12 characters. A few words are easy to remember.`,
      too_long: t`Make the password shorter: 128 characters at most.`,
      too_common: t`This password is easy to guess. Take a few words that do not belong together.`,
    }
    return { name: field, message: words[problem.code] ?? t`Choose another password.` }
  }

  return {
    /** Words for what may be refused anywhere. */
    general: (error: Error): FormError => {
      if (error instanceof ProblemError && error.code === 'too_many_attempts') return { message: wait(error) }
      if (error instanceof ProblemError && error.code === 'too_many_mails') {
        return { message: t`We have sent several mails already. Look into your inbox and the spam folder.` }
      }
      return { message: explain(error) }
    },
    weakness,
    /** Words for a link out of a letter that does not open any more; undefined for other failures. */
    deadLink: (error: unknown): string | undefined => {
      if (!(error instanceof ProblemError)) return undefined
      if (error.code === 'token_used') return t`This link was used before. Each link works once.`
      if (error.code === 'token_expired') return t`This link has run out.`
      if (error.code === 'token_invalid' || error.status === 422) {
        return t`This link is not valid. Perhaps a newer letter was sent, or a part of the link is missing.`
      }
      return undefined
    },
    email: {
      missing: t`Enter your e-mail address.`,
      odd: t`Enter an e-mail address like name@example.com.`,
    },
  }
}
