// Owns the question before an order is cancelled.
import { Trans, useLingui } from '@lingui/react/macro'
import { newIdempotencyKey } from '@rialto/api/client.ts'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { useState } from 'react'
import { type Order, type OrderAccess, useCancelOrder } from './api.ts'

interface CancelDialogProps {
  access: OrderAccess
  order: Order
  onClose: () => void
}

export function CancelDialog({ access, order, onClose }: CancelDialogProps) {
  const { t } = useLingui()
  const [key] = useState(newIdempotencyKey)
  const cancel = useCancelOrder(access, key)
  const isLate = cancel.error instanceof ProblemError && cancel.error.code === 'wrong_status'
  return (
    <Dialog
      open
      onClose={onClose}
      title={t`Cancel order ${order.number}?`}
      actions={
        <>
          <Button tone="quiet" onClick={onClose}>
            <Trans>Keep the order</Trans>
          </Button>
          <Button
            tone="danger"
            busy={cancel.isPending}
            onClick={() => cancel.mutate(undefined, { onSuccess: onClose })}
          >
            {cancel.isPending ? t`Cancelling…` : t`Cancel the order`}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <p>
          {order.captured.amount > 0 ? (
            <Trans>
              Nothing of it has been sent yet. You get <Money value={order.captured} /> back, the way you paid, and a
              mail that confirms it.
            </Trans>
          ) : (
            <Trans>Nothing was charged. We send you a mail that confirms it.</Trans>
          )}
        </p>
        {cancel.error && (
          <ErrorState error={cancel.error} title={t`The order was not cancelled`}>
            {isLate ? t`It is on its way already. You can send it back when it has arrived.` : undefined}
          </ErrorState>
        )}
      </div>
    </Dialog>
  )
}
