// Owns the giving back of money, with its reason.
import { Trans, useLingui } from '@lingui/react/macro'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { AmountForm } from './amount-form.tsx'
import { type PaymentDetail, useRefund } from './api.ts'
import { useMoneyProblem } from './use-money-problem.ts'

export function RefundDialog(props: { open: boolean; payment: PaymentDetail; onClose: () => void }) {
  const { open, payment, onClose } = props
  const { t } = useLingui()
  const say = useToast()
  const explain = useMoneyProblem()
  const refund = useRefund(payment.payment_id)
  return (
    <Dialog open={open} onClose={onClose} title={t`Refund ${payment.order_number}`}>
      <AmountForm
        most={payment.refundable}
        withReason
        busy={refund.isPending}
        failure={refund.error ? explain(refund.error) : undefined}
        label={(amount) => (refund.isPending ? t`Giving back…` : t`Give back ${amount}`)}
        onCancel={onClose}
        onSubmit={(asked) =>
          refund.mutate(asked, {
            onSuccess: () => {
              say({ text: t`The refund is on its way` })
              onClose()
            },
          })
        }
      >
        <p className="text-soft">
          <Trans>
            The money goes back to where it came from. This moves money only; goods that come back are a return of the
            order.
          </Trans>
        </p>
      </AmountForm>
    </Dialog>
  )
}
