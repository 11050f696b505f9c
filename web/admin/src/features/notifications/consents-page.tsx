// Owns the proof of who agreed to be told what: looked up by address, never changed.
import { useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { LoadMore } from '@rialto/ui/load-more.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { FileCheck } from 'lucide-react'
import { Page } from '#lib/page.tsx'
import { AddressSearch } from './address-search.tsx'
import { CHANNELS, type Consent, consentsQuery } from './api.ts'
import { CHANNEL_WORDS, SOURCE_WORDS, TOPIC_WORDS } from './words.ts'

export function ConsentsPage({ to }: { to: string | undefined }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  return (
    <Page title={t`Consents`}>
      <AddressSearch
        value={to}
        onSearch={(address) => navigate({ to: '/notifications/consents', search: address ? { to: address } : {} })}
      />
      {to ? (
        <Found to={to} />
      ) : (
        <EmptyState icon={FileCheck} title={t`Whose consents?`}>
          {t`Search an address to see what its owner agreed to and took back, when, and where.`}
        </EmptyState>
      )}
    </Page>
  )
}

function Found({ to }: { to: string }) {
  const { t } = useLingui()
  const list = useInfiniteQuery(consentsQuery(to))
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? []
  if (list.error) {
    return <ErrorState error={list.error} title={t`The consents could not be loaded`} retry={() => list.refetch()} />
  }
  if (list.isPending) {
    return (
      <Loading>
        <Skeleton className="h-40 rounded-card" />
      </Loading>
    )
  }
  if (rows.length === 0) {
    return (
      <EmptyState icon={FileCheck} title={t`Nothing was decided for this address`}>
        {t`Its owner gets mails about their orders and their account only.`}
      </EmptyState>
    )
  }
  return (
    <>
      <ul className="rounded-card border border-line bg-card px-5">
        {rows.map((consent) => (
          <ConsentRow key={`${consent.given_at}${consent.topic}${consent.channel}`} consent={consent} />
        ))}
      </ul>
      <LoadMore
        shown={rows.length}
        hasMore={list.hasNextPage}
        busy={list.isFetchingNextPage}
        onMore={() => list.fetchNextPage()}
      />
    </>
  )
}

function ConsentRow({ consent }: { consent: Consent }) {
  const { t, i18n } = useLingui()
  const channel = CHANNELS.find((known) => known === consent.channel)
  const source = SOURCE_WORDS[consent.source]
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-line border-b py-3 last:border-0">
      <div className="min-w-48 grow">
        <p className="font-medium">
          {i18n._(TOPIC_WORDS[consent.topic])} · {channel ? i18n._(CHANNEL_WORDS[channel]) : consent.channel}
        </p>
        <p className="text-sm text-soft">
          <DateTime at={consent.given_at} options={{ dateStyle: 'medium', timeStyle: 'medium' }} />,{' '}
          {source ? i18n._(source) : consent.source} · {t`wording ${consent.text_version}`}
        </p>
      </div>
      {consent.granted ? <Badge tone="good">{t`Agreed`}</Badge> : <Badge>{t`Taken back`}</Badge>}
    </li>
  )
}
