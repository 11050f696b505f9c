// Owns the letting go of held money, and the calling off of a payment that is not finished.
import { Trans, useLingui } from '@lingui/react/macro'
import { newIdempotencyKey } from '@rialto/api/client.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useState } from 'react'
import { type PaymentDetail, useVoid } from './api.ts'
import { useMoneyProblem } from './use-money-problem.ts'

export function VoidDialog(props: { open: boolean; payment: PaymentDetail; onClose: () => void }) {
  const { open, payment, onClose } = props
  const { t } = useLingui()
  const say = useToast()
  const explain = useMoneyProblem()
  const [key] = useState(newIdempotencyKey)
  const letGo = useVoid(payment.payment_id)
  const isHeld = payment.status === 'requires_capture'
  const confirm = () =>
    letGo.mutate(key, {
      onSuccess: () => {
        say({ text: isHeld ? t`The money is let go` : t`The payment is called off` })
        onClose()
      },
    })
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={isHeld ? t`Let the held money go?` : t`Call this payment off?`}
      actions={
        <>
          <Button tone="quiet" onClick={onClose}>
            <Trans>Not now</Trans>
          </Button>
          <Button tone="danger" busy={letGo.isPending} onClick={confirm}>
            {isHeld ? (
              <Trans>
                Let <Money value={payment.authorized} /> go
              </Trans>
            ) : (
              <Trans>Call it off</Trans>
            )}
          </Button>
        </>
      }
    >
      <div className="grid gap-3">
        <p>
          {isHeld ? (
            <Trans>
              <Money value={payment.authorized} /> become free on the buyer's card again. This cannot be taken back; to
              be paid, the buyer has to pay anew.
            </Trans>
          ) : (
            <Trans>The buyer can no longer finish this payment. Money that was taken meanwhile is given back.</Trans>
          )}
        </p>
        {letGo.error && (
          <ErrorState error={letGo.error} title={t`That did not work`}>
            {explain(letGo.error)}
          </ErrorState>
        )}
      </div>
    </Dialog>
  )
}
