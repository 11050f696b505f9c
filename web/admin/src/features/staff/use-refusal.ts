// Owns the sentences for changes of roles that the shop refuses.
import { useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { useExplain } from '@rialto/ui/error-state.tsx'

export function useRefusal(): (error: unknown) => string {
  const { t } = useLingui()
  const explain = useExplain()
  return (error) => {
    const code = error instanceof ProblemError ? error.code : undefined
    if (code === 'last_admin') return t`This is the last administrator. Make somebody else one first.`
    if (code === 'rights_not_held') return t`You can only give or take permissions that you hold yourself.`
    if (code === 'role_exists') return t`There is a role of this name already.`
    if (code === 'role_in_use') return t`Somebody has this role. Give them another one first.`
    if (code === 'built_in_role') return t`This role is part of the shop and stays as it is.`
    return explain(error)
  }
}
