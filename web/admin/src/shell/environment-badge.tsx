// Owns the word that says how serious this shop is: nobody should take a test for the real thing, or the reverse.
import { useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { useQuery } from '@tanstack/react-query'
import { settingsQuery } from '#lib/settings.ts'

export function EnvironmentBadge() {
  const { t } = useLingui()
  const { data } = useQuery(settingsQuery)
  if (data?.environment === 'dev') return <Badge>{t`Development`}</Badge>
  return data?.environment === 'test' ? <Badge tone="warn">{t`Test shop`}</Badge> : null
}
