// Owns the log of messages: what was sent to whom, and how it went.
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { LoadMore } from '@rialto/ui/load-more.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Mail, RefreshCw } from 'lucide-react'
import { useMemo } from 'react'
import { columnsOf, DataTable } from '#lib/list/data-table.tsx'
import { FilterChips } from '#lib/list/filter-chips.tsx'
import { ShortText } from '#lib/list/short-text.tsx'
import { Page } from '#lib/page.tsx'
import { StateBadge } from '#lib/words.tsx'
import { CHANNELS, type Message, type MessageFilter, messagesQuery } from './api.ts'
import { MessageFilters } from './message-filters.tsx'
import { CHANNEL_WORDS, MESSAGE_WORDS, titleOf } from './words.ts'

const column = columnsOf<Message>()

export function MessagesPage({ filter }: { filter: MessageFilter }) {
  const { t, i18n } = useLingui()
  const navigate = useNavigate()
  const columns = useMessageColumns()
  const messages = useInfiniteQuery(messagesQuery(filter))
  const rows = messages.data?.pages.flatMap(({ items }) => items) ?? []
  const set = (change: MessageFilter) => navigate({ to: '/notifications', search: { ...filter, ...change } })
  const chips = [
    { key: 'status', label: filter.status && i18n._(MESSAGE_WORDS[filter.status].word) },
    { key: 'template', label: filter.template && titleOf(filter.template) },
    { key: 'to', label: filter.to },
    { key: 'order_id', label: filter.order_id && t`One order` },
    { key: 'user_id', label: filter.user_id && t`One account` },
  ].flatMap(({ key, label }) => (label ? [{ key, label, onRemove: () => set({ [key]: undefined }) }] : []))

  return (
    <Page
      title={t`Messages`}
      actions={
        <Button tone="outline" size="small" busy={messages.isRefetching} onClick={() => messages.refetch()}>
          <Icon of={RefreshCw} size={16} /> {t`Refresh`}
        </Button>
      }
    >
      <MessageFilters filter={filter} onChange={set} />
      <FilterChips chips={chips} onClear={() => navigate({ to: '/notifications', search: {} })} />
      {messages.error && (
        <ErrorState
          error={messages.error}
          title={t`The messages could not be loaded`}
          retry={() => messages.refetch()}
        />
      )}
      {messages.isPending && (
        <Loading>
          <Skeleton className="h-96 rounded-card" />
        </Loading>
      )}
      {messages.data && rows.length === 0 && (
        <EmptyState icon={Mail} title={chips.length > 0 ? t`No message matches` : t`Nothing was sent yet`}>
          {chips.length > 0
            ? t`Take one of the filters away.`
            : t`The first order's confirmation appears here as soon as it is paid.`}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataTable
          caption={t`Messages`}
          columns={columns}
          rows={rows}
          rowId={({ id }) => id}
          rowName={({ subject, to }) => `${subject}, ${to}`}
        />
      )}
      <LoadMore
        shown={rows.length}
        hasMore={messages.hasNextPage}
        busy={messages.isFetchingNextPage}
        onMore={() => messages.fetchNextPage()}
      />
    </Page>
  )
}

function useMessageColumns() {
  const { t, i18n } = useLingui()
  return useMemo(
    () => [
      column.accessor('subject', {
        header: t`Subject`,
        cell: ({ row: { original: message } }) => (
          <Link
            to="/notifications/$id"
            params={{ id: message.id }}
            className="inline-flex min-h-6 items-center font-medium underline-offset-4 hover:underline"
          >
            {message.subject || (message.template ? titleOf(message.template) : t`Without a subject`)}
          </Link>
        ),
      }),
      column.accessor('to', { header: t`To`, cell: ({ getValue }) => <ShortText>{getValue()}</ShortText> }),
      column.accessor('status', {
        header: t`Status`,
        cell: ({ getValue }) => <StateBadge words={MESSAGE_WORDS} state={getValue()} />,
      }),
      column.accessor('created_at', { header: t`Written`, cell: ({ getValue }) => <RelativeTime at={getValue()} /> }),
      column.accessor('template', {
        header: t`Template`,
        cell: ({ getValue }) => {
          const name = getValue()
          return name ? titleOf(name) : t`by hand`
        },
      }),
      column.accessor('channel', {
        header: t`Channel`,
        cell: ({ getValue }) => {
          const channel = CHANNELS.find((known) => known === getValue())
          return channel ? i18n._(CHANNEL_WORDS[channel]) : getValue()
        },
      }),
    ],
    [t, i18n],
  )
}
