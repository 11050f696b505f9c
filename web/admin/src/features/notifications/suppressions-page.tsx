// Owns the addresses that are not written to: why, since when, and how one comes off the list.
import { Trans, useLingui } from '@lingui/react/macro'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { LoadMore } from '@rialto/ui/load-more.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { MailX } from 'lucide-react'
import { useState } from 'react'
import { ActionButton } from '#lib/action-button.tsx'
import { Page } from '#lib/page.tsx'
import { useBlocked } from '#lib/use-blocked.ts'
import { AddressSearch } from './address-search.tsx'
import { CHANNELS, REASONS, type Suppression, suppressionsQuery, useLiftSuppression, useSuppress } from './api.ts'
import { SuppressDialog } from './suppress-dialog.tsx'
import { CHANNEL_WORDS, REASON_WORDS } from './words.ts'

export function SuppressionsPage({ to }: { to: string | undefined }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const blocked = useBlocked()
  const [isAdding, setAdding] = useState(false)
  const list = useInfiniteQuery(suppressionsQuery(to))
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <Page
      title={t`Not written to`}
      actions={
        <ActionButton blocked={blocked('notifications:send')} onClick={() => setAdding(true)}>
          <Trans>Add an address</Trans>
        </ActionButton>
      }
    >
      <AddressSearch
        value={to}
        onSearch={(address) => navigate({ to: '/notifications/suppressions', search: address ? { to: address } : {} })}
      />
      {list.error && (
        <ErrorState error={list.error} title={t`The list could not be loaded`} retry={() => list.refetch()} />
      )}
      {list.isPending && (
        <Loading>
          <Skeleton className="h-60 rounded-card" />
        </Loading>
      )}
      {list.data && rows.length === 0 && (
        <EmptyState icon={MailX} title={to ? t`This address is not on the list` : t`Every address is written to`}>
          {t`Addresses that bounce or complain come here by themselves, so that the shop's mails keep arriving elsewhere.`}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <ul className="rounded-card border border-line bg-card px-5">
          {rows.map((row) => (
            <SuppressionRow key={row.id} suppression={row} />
          ))}
        </ul>
      )}
      <LoadMore
        shown={rows.length}
        hasMore={list.hasNextPage}
        busy={list.isFetchingNextPage}
        onMore={() => list.fetchNextPage()}
      />
      <SuppressDialog open={isAdding} address={to} onClose={() => setAdding(false)} />
    </Page>
  )
}

function SuppressionRow({ suppression }: { suppression: Suppression }) {
  const { t, i18n } = useLingui()
  const say = useToast()
  const blocked = useBlocked()
  const lift = useLiftSuppression()
  const suppress = useSuppress()
  const channel = CHANNELS.find((known) => known === suppression.channel)
  const reason = REASONS.find((known) => known === suppression.reason)

  function writeAgain() {
    lift.mutate(suppression.id, {
      onSuccess: () =>
        say({
          text: t`${suppression.to} is written to again`,
          ...(channel &&
            reason && {
              action: { label: t`Undo`, run: () => suppress.mutate({ to: suppression.to, channel, reason }) },
            }),
        }),
    })
  }

  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-1 border-line border-b py-3 last:border-0">
      <div className="min-w-56 grow">
        <p className="font-medium">{suppression.to}</p>
        <p className="text-sm text-soft">
          {channel ? i18n._(CHANNEL_WORDS[channel]) : suppression.channel} ·{' '}
          {reason ? i18n._(REASON_WORDS[reason]) : suppression.reason} · <RelativeTime at={suppression.created_at} />
        </p>
        {lift.error && <p className="text-sm font-medium text-bad">{t`That did not work. Please try again.`}</p>}
      </div>
      <ActionButton
        tone="outline"
        size="small"
        className="min-h-11!"
        busy={lift.isPending}
        blocked={blocked('notifications:send')}
        onClick={writeAgain}
      >
        <Trans>Write to it again</Trans>
      </ActionButton>
    </li>
  )
}
