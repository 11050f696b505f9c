// Owns the sentences for a sign-in that was refused.
import { useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { useExplain } from '@rialto/ui/error-state.tsx'
import type { FormError } from '@rialto/ui/error-summary.tsx'

/** `field` is where the wrong e-mail address or password is typed. */
export function useLoginProblems(field: string): (error: unknown) => FormError[] {
  const { t } = useLingui()
  const explain = useExplain()
  return (error) => {
    if (!error) return []
    const code = error instanceof ProblemError ? error.code : undefined
    if (code === 'invalid_credentials') {
      return [{ name: field, message: t`This e-mail address and password do not belong together.` }]
    }
    if (code === 'account_disabled') return [{ message: t`This account is disabled. Ask whoever runs the shop.` }]
    if (code === 'new_password_required') {
      return [{ message: t`This account needs a new password first. Ask for a link at the shop's sign-in page.` }]
    }
    return [{ message: explain(error) }]
  }
}
