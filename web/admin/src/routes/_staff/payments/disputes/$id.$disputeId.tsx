// One dispute of a payment.
import { createFileRoute } from '@tanstack/react-router'
import { disputeQuery } from '#features/disputes/api.ts'
import { DisputePage } from '#features/disputes/dispute-page.tsx'
import { found } from '#lib/found.ts'

export const Route = createFileRoute('/_staff/payments/disputes/$id/$disputeId')({
  loader: ({ context: { queryClient }, params: { id, disputeId } }) =>
    found(queryClient.ensureQueryData(disputeQuery(id, disputeId))),
  component: DisputeRoute,
})

function DisputeRoute() {
  const { id, disputeId } = Route.useParams()
  return <DisputePage paymentId={id} disputeId={disputeId} />
}
