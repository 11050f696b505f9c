// Owns the sentences for changes of an account that the shop refused.
import { useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'

/** Undefined where the general sentence does. */
export function useRefusal(): (error: unknown) => string | undefined {
  const { t } = useLingui()
  return (error) => {
    const code = error instanceof ProblemError ? error.code : undefined
    if (code === 'last_admin') return t`This is the last administrator. Make somebody else one first.`
    if (code === 'rights_not_held') return t`You can only give or take rights that you hold yourself.`
    return undefined
  }
}
