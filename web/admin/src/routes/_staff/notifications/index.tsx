// The log of messages; its filters are the URL's.
import { createFileRoute } from '@tanstack/react-router'
import { type MessageFilter, messagesQuery, STATUSES } from '#features/notifications/api.ts'
import { MessagesPage } from '#features/notifications/messages-page.tsx'
import { oneOf, text } from '#lib/search-params.ts'

export const Route = createFileRoute('/_staff/notifications/')({
  validateSearch: (search: Record<string, unknown>): MessageFilter => ({
    status: oneOf(STATUSES, search['status']),
    template: text(search['template']),
    to: text(search['to']),
    order_id: text(search['order_id']),
    user_id: text(search['user_id']),
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, deps }) => queryClient.prefetchInfiniteQuery(messagesQuery(deps)),
  component: MessagesRoute,
})

function MessagesRoute() {
  return <MessagesPage filter={Route.useSearch()} />
}
