// Owns the list of what the shop has sent to the person, newest first.
import { Trans, useLingui } from '@lingui/react/macro'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { LoadMore } from '@rialto/ui/load-more.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Bell, type LucideIcon, Mail, MessageSquare } from 'lucide-react'
import { type Message, messagesQuery } from './api.ts'

const ICONS: Readonly<Record<string, LucideIcon>> = { email: Mail, sms: MessageSquare, push: Bell }

export function MessageHistory() {
  const { t } = useLingui()
  const history = useInfiniteQuery(messagesQuery)
  if (history.error) {
    return <ErrorState error={history.error} title={t`The list could not be loaded`} retry={() => history.refetch()} />
  }
  if (!history.data) {
    return (
      <Loading className="grid gap-3">
        <Skeleton className="h-12" />
        <Skeleton className="h-12" />
        <Skeleton className="h-12" />
      </Loading>
    )
  }
  const messages = history.data.pages.flatMap(({ items }) => items)
  if (messages.length === 0) {
    return (
      <p className="text-soft">
        <Trans>Nothing yet.</Trans>
      </p>
    )
  }
  return (
    <>
      <ul className="divide-y divide-line">
        {messages.map((message) => (
          <Line key={message.id} message={message} />
        ))}
      </ul>
      <LoadMore
        shown={messages.length}
        hasMore={history.hasNextPage}
        busy={history.isFetchingNextPage}
        onMore={() => history.fetchNextPage()}
      />
    </>
  )
}

function Line({ message }: { message: Message }) {
  const { subject, channel, to, created_at, order_id, language } = message
  return (
    <li className="flex gap-3 py-3">
      <Icon of={ICONS[channel] ?? Mail} size={18} className="mt-1 text-soft" />
      <div className="grid min-w-0 grow">
        <span lang={language} className="font-medium">
          {order_id ? (
            <Link
              to="/account/orders/$id"
              params={{ id: order_id }}
              className="hover:underline hover:underline-offset-4"
            >
              {subject}
            </Link>
          ) : (
            subject
          )}
        </span>
        <span className="text-sm text-soft">
          <bdi>{to}</bdi> · <DateTime at={created_at} options={{ dateStyle: 'medium', timeStyle: 'short' }} />
        </span>
      </div>
    </li>
  )
}
