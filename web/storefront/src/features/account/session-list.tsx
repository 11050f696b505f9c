// Owns the list of where the person is signed in, and ending what is not theirs any more.
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { Button } from '@rialto/ui/button.tsx'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Monitor, Smartphone } from 'lucide-react'
import { useState } from 'react'
import { type Session, sessionsQuery, useEndOtherSessions, useEndSession } from './api.ts'
import { deviceOf } from './device.ts'

/** More than these are of interest to few. */
const SHOWN = 5

export function SessionList() {
  const { t } = useLingui()
  const { data: sessions } = useSuspenseQuery(sessionsQuery)
  const end = useEndSession()
  const endOthers = useEndOtherSessions()
  const [isAll, setAll] = useState(false)
  const failed = end.error ?? endOthers.error
  const sorted = [...sessions].sort((a, b) => Number(b.current) - Number(a.current))
  return (
    <div className="grid justify-items-start gap-4">
      {failed && <ErrorState error={failed} title={t`The session was not ended`} />}
      <ul className="w-full divide-y divide-line">
        {sorted.slice(0, isAll ? undefined : SHOWN).map((session) => (
          <Line
            key={session.id}
            session={session}
            isEnding={end.isPending && end.variables === session.id}
            onEnd={() => end.mutate(session.id)}
          />
        ))}
      </ul>
      <div className="flex flex-wrap gap-3">
        {sessions.length > 1 && (
          <Button tone="outline" busy={endOthers.isPending} onClick={() => endOthers.mutate()}>
            <Trans>Sign out everywhere else</Trans>
          </Button>
        )}
        {!isAll && sessions.length > SHOWN && (
          <Button tone="quiet" onClick={() => setAll(true)}>
            <Trans>Show all {sessions.length}</Trans>
          </Button>
        )}
      </div>
      <p role="status" className="text-sm text-soft empty:hidden">
        {endOthers.isSuccess && t`You are signed in only here.`}
      </p>
    </div>
  )
}

function Line({ session, isEnding, onEnd }: { session: Session; isEnding: boolean; onEnd: () => void }) {
  const { t } = useLingui()
  const { browser, system, isHandheld } = deviceOf(session.user_agent)
  const name = browser && system ? t`${browser} on ${system}` : (browser ?? system ?? t`Unknown device`)
  return (
    <li className="flex items-center gap-4 py-3 first:pt-0">
      <Icon of={isHandheld ? Smartphone : Monitor} className="text-soft" />
      <div className="grid min-w-0 grow">
        <span className="flex flex-wrap items-center gap-2 font-medium">
          {name}
          {session.current && (
            <Badge tone="good">
              <Trans>This device</Trans>
            </Badge>
          )}
        </span>
        <span className="text-sm text-soft">
          {session.ip && (
            <>
              <bdi>{session.ip}</bdi> ·{' '}
            </>
          )}
          <Trans>
            last seen <RelativeTime at={session.last_used_at} />
          </Trans>
        </span>
      </div>
      {!session.current && (
        <Button tone="quiet" busy={isEnding} aria-label={t`Sign out ${name}`} onClick={onEnd}>
          <Trans>Sign out</Trans>
        </Button>
      )}
    </li>
  )
}
