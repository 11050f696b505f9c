// Owns the list of where one is signed in, and the ending of sessions.
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { Button } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Monitor, Smartphone } from 'lucide-react'
import { type Session, sessionsQuery, useEndOtherSessions, useEndSession } from './api.ts'
import { deviceOf } from './device.ts'

export function SessionsCard() {
  const { t } = useLingui()
  const say = useToast()
  const { data: all } = useSuspenseQuery(sessionsQuery)
  const endOthers = useEndOtherSessions()
  const sessions = all.filter(({ revoked_at }) => !revoked_at)
  return (
    <Card
      title={t`Where you are signed in`}
      action={
        sessions.length > 1 && (
          <Button
            tone="outline"
            size="small"
            className="min-h-11!"
            busy={endOthers.isPending}
            onClick={() =>
              endOthers.mutate(undefined, { onSuccess: () => say({ text: t`Your other sessions are over` }) })
            }
          >
            <Trans>End all others</Trans>
          </Button>
        )
      }
    >
      {endOthers.error && <ErrorState error={endOthers.error} title={t`The sessions were not ended`} />}
      <ul className="grid grid-cols-1">
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </ul>
    </Card>
  )
}

function SessionRow({ session }: { session: Session }) {
  const { t } = useLingui()
  const end = useEndSession()
  const device = deviceOf(session.user_agent)
  const name = device.system ? t`${device.program} on ${device.system}` : device.program || t`Unknown program`
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-line border-b py-3 first:pt-0 last:border-0 last:pb-0">
      <Icon of={device.isPhone ? Smartphone : Monitor} className="text-soft" />
      <div className="min-w-40 grow">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {name} {session.current && <Badge tone="good">{t`this one`}</Badge>}
        </p>
        <p className="text-sm text-soft">
          <Trans>
            used <RelativeTime at={session.last_used_at} />
          </Trans>
          {session.ip && ` · ${session.ip}`}
        </p>
        {end.error && <p className="text-sm font-medium text-bad">{t`That did not work. Please try again.`}</p>}
      </div>
      {!session.current && (
        <Button
          tone="outline"
          size="small"
          className="min-h-11!"
          aria-label={t`End it: the session of ${name}`}
          busy={end.isPending}
          onClick={() => end.mutate(session.id)}
        >
          <Trans>End it</Trans>
        </Button>
      )}
    </li>
  )
}
