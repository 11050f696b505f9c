// Owns the taking of held money: all of it, or a part once and for all.
import { Trans, useLingui } from '@lingui/react/macro'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { AmountForm } from './amount-form.tsx'
import { type PaymentDetail, useCapture } from './api.ts'
import { useMoneyProblem } from './use-money-problem.ts'

export function CaptureDialog(props: { open: boolean; payment: PaymentDetail; onClose: () => void }) {
  const { open, payment, onClose } = props
  const { t } = useLingui()
  const say = useToast()
  const explain = useMoneyProblem()
  const capture = useCapture(payment.payment_id)
  return (
    <Dialog open={open} onClose={onClose} title={t`Take the money of ${payment.order_number}`}>
      <AmountForm
        most={payment.authorized}
        withReason={false}
        busy={capture.isPending}
        failure={capture.error ? explain(capture.error) : undefined}
        label={(amount) => (capture.isPending ? t`Taking…` : t`Take ${amount}`)}
        onCancel={onClose}
        onSubmit={({ key, amount }) =>
          capture.mutate(
            { key, amount },
            {
              onSuccess: () => {
                say({ text: t`The money is asked for` })
                onClose()
              },
            },
          )
        }
      >
        <p className="text-soft">
          <Trans>What is not taken now is let go: the rest of the hold cannot be taken later.</Trans>
        </p>
      </AmountForm>
    </Dialog>
  )
}
