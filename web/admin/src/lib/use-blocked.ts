// Owns the sentence that says why somebody may not do something.
import { useLingui } from '@lingui/react/macro'
import { type Permission, useMay } from './session.ts'

/** For ActionButton's `blocked`: the reason when the permission is missing. */
export function useBlocked(): (permission: Permission) => string | undefined {
  const { t } = useLingui()
  const may = useMay()
  return (permission) =>
    may(permission) ? undefined : t`Your role lacks the permission “${permission}”. Ask whoever manages the staff.`
}
