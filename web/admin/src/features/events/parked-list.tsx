// Owns the events that a service could not apply: why, what they say, and what becomes of them.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Badge } from '@rialto/ui/badge.tsx'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { LoadMore } from '@rialto/ui/load-more.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useInfiniteQuery } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import { useState } from 'react'
import { ActionButton } from '#lib/action-button.tsx'
import { useBlocked } from '#lib/use-blocked.ts'
import { type Parked, parkedQuery, type Service, useRetry } from './api.ts'
import { EventFacts } from './event-facts.tsx'
import { SkipDialog } from './skip-dialog.tsx'
import { SERVICE_WORDS } from './words.ts'

export function ParkedList({ service }: { service: Service | undefined }) {
  const { t } = useLingui()
  const list = useInfiniteQuery(parkedQuery(service))
  const events = list.data?.pages.flatMap(({ items }) => items) ?? []
  if (list.error) {
    return <ErrorState error={list.error} title={t`The list could not be loaded`} retry={() => list.refetch()} />
  }
  if (list.isPending) {
    return (
      <Loading>
        <Skeleton className="h-40 rounded-card" />
      </Loading>
    )
  }
  return (
    <>
      {events.length === 0 && (
        <EmptyState icon={CircleCheck} title={t`Nothing is stuck`}>
          {t`An event that a service cannot apply waits here, with its cause, while all others go on.`}
        </EmptyState>
      )}
      <ul className="grid gap-4" aria-label={t`Stuck events`}>
        {events.map((event) => (
          <li key={`${event.service}${event.id}`} className="rounded-card border border-line bg-card p-5">
            <ParkedEvent event={event} />
          </li>
        ))}
      </ul>
      <LoadMore
        shown={events.length}
        hasMore={list.hasNextPage}
        busy={list.isFetchingNextPage}
        onMore={() => list.fetchNextPage()}
      />
    </>
  )
}

function ParkedEvent({ event }: { event: Parked }) {
  const { t, i18n } = useLingui()
  const say = useToast()
  const blocked = useBlocked()('events:write')
  const retry = useRetry()
  const [isSkipping, setSkipping] = useState(false)
  const waits = event.waits_behind ? t`An earlier event of the same thing has to be applied first.` : undefined
  const isGone = retry.error instanceof ProblemError && retry.error.status === 404
  const isWaiting = retry.error instanceof ProblemError && retry.error.code === 'event_waits'

  return (
    <article className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h3 className="flex flex-wrap items-center gap-2 text-base">
            <Trans>
              {event.type} for {i18n._(SERVICE_WORDS[event.service])}
            </Trans>
            {waits && <Badge tone="warn">{t`waits its turn`}</Badge>}
          </h3>
          <p className="text-sm text-soft">
            <Trans>
              Stuck <RelativeTime at={event.parked_at} />
            </Trans>{' '}
            · {plural(event.attempts, { one: 'tried once', other: 'tried # times' })}
            {event.next_attempt_at && (
              <>
                {' · '}
                <Trans>
                  next try <RelativeTime at={event.next_attempt_at} />
                </Trans>
              </>
            )}
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <ActionButton tone="outline" blocked={blocked} onClick={() => setSkipping(true)}>
            <Trans>Give it up</Trans>
          </ActionButton>
          <ActionButton
            blocked={blocked ?? waits}
            busy={retry.isPending}
            onClick={() =>
              retry.mutate(event, {
                onSuccess: () => say({ text: t`It is being tried; it leaves the list if it works` }),
              })
            }
          >
            <Trans>Try it now</Trans>
          </ActionButton>
        </div>
      </div>
      <p className="rounded-control bg-bad-soft p-3">{event.cause}</p>
      {retry.error && !isGone && (
        <ErrorState error={retry.error} title={t`It was not tried`}>
          {isWaiting && t`An earlier event of the same thing has to be applied first.`}
        </ErrorState>
      )}
      <EventFacts event={event} />
      <SkipDialog open={isSkipping} event={event} onClose={() => setSkipping(false)} />
    </article>
  )
}
