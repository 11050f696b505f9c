// Owns the words for the states of an account, and for its role.
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { StateBadge, type Words } from '#lib/words.tsx'

export const ACCOUNT_WORDS: Words<string> = {
  active: { tone: 'good', word: msg`Active` },
  disabled: { tone: 'bad', word: msg`Disabled` },
  erased: { tone: 'neutral', word: msg`Erased` },
}

export function AccountBadge({ status }: { status: string }) {
  return <StateBadge words={ACCOUNT_WORDS} state={status} />
}

/** The built-in roles in words; others go by the name that staff gave them. */
export function useRoleName(): (role: string) => string {
  const { t } = useLingui()
  return (role) => ({ customer: t`Customer`, admin: t`Administrator` })[role] ?? role
}
