// One message.
import { createFileRoute } from '@tanstack/react-router'
import { messageQuery } from '#features/notifications/api.ts'
import { MessagePage } from '#features/notifications/message-page.tsx'
import { found } from '#lib/found.ts'

export const Route = createFileRoute('/_staff/notifications/$id')({
  loader: ({ context: { queryClient }, params: { id } }) => found(queryClient.ensureQueryData(messageQuery(id))),
  component: MessageRoute,
})

function MessageRoute() {
  return <MessagePage id={Route.useParams().id} />
}
