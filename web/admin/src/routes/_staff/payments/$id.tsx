// One payment.
import { createFileRoute } from '@tanstack/react-router'
import { paymentQuery } from '#features/payments/api.ts'
import { PaymentPage } from '#features/payments/payment-page.tsx'
import { found } from '#lib/found.ts'

export const Route = createFileRoute('/_staff/payments/$id')({
  loader: ({ context: { queryClient }, params: { id } }) => found(queryClient.ensureQueryData(paymentQuery(id))),
  component: PaymentRoute,
})

function PaymentRoute() {
  return <PaymentPage id={Route.useParams().id} />
}
