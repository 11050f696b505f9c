// Owns the events that somebody gave up, with the reason.
import { Trans, useLingui } from '@lingui/react/macro'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { LoadMore } from '@rialto/ui/load-more.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Archive } from 'lucide-react'
import { type Service, skippedQuery } from './api.ts'
import { EventFacts } from './event-facts.tsx'
import { SERVICE_WORDS } from './words.ts'

export function SkippedList({ service }: { service: Service | undefined }) {
  const { t, i18n } = useLingui()
  const list = useInfiniteQuery(skippedQuery(service))
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
  if (events.length === 0) {
    return (
      <EmptyState icon={Archive} title={t`No event was given up`}>
        {t`Those that are stay here for good, with the reason and with who said so.`}
      </EmptyState>
    )
  }
  return (
    <>
      <ul className="grid gap-4">
        {events.map((event) => (
          <li key={`${event.service}${event.id}`} className="grid gap-2 rounded-card border border-line bg-card p-5">
            <h3 className="text-base">
              <Trans>
                {event.type} for {i18n._(SERVICE_WORDS[event.service])}
              </Trans>
            </h3>
            <p>{event.reason}</p>
            <p className="text-sm text-soft">
              <Trans>
                Given up <RelativeTime at={event.skipped_at} />. Cause: {event.cause}
              </Trans>
            </p>
            <EventFacts event={event} />
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
