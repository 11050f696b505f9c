// One return.
import { createFileRoute } from '@tanstack/react-router'
import { returnQuery } from '#features/returns/api.ts'
import { ReturnPage } from '#features/returns/return-page.tsx'
import { found } from '#lib/found.ts'

export const Route = createFileRoute('/_staff/orders/returns/$id')({
  loader: ({ context: { queryClient }, params: { id } }) => found(queryClient.ensureQueryData(returnQuery(id))),
  component: ReturnRoute,
})

function ReturnRoute() {
  return <ReturnPage id={Route.useParams().id} />
}
