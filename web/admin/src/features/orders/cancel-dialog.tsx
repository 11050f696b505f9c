// Owns cancelling an order: the reason, and what it means in numbers.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useState } from 'react'
import { useIntention } from '#lib/use-intention.ts'
import { type OrderDetail, useCancelOrder } from './api.ts'

const REASON_MAX = 500

export function CancelDialog({ order, onClose }: { order: OrderDetail; onClose: () => void }) {
  const { t } = useLingui()
  const say = useToast()
  const keyFor = useIntention()
  const cancel = useCancelOrder(order.id)
  const [reason, setReason] = useState('')
  const pieces = order.lines.reduce((sum, { quantity }) => sum + quantity, 0)
  const back = { ...order.captured, amount: order.captured.amount - order.refunded.amount }
  const { number } = order

  function submit() {
    cancel.mutate(
      { reason, key: keyFor(reason) },
      {
        onSuccess: () => {
          say({ text: t`${number} is cancelled.` })
          onClose()
        },
      },
    )
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={t`Cancel ${number}?`}
      actions={
        <>
          <Button tone="quiet" onClick={onClose}>
            <Trans>Keep the order</Trans>
          </Button>
          <Button tone="danger" busy={cancel.isPending} onClick={submit}>
            <Trans>Cancel the order</Trans>
          </Button>
        </>
      }
    >
      <div className="grid gap-5">
        {cancel.error && (
          <ErrorState error={cancel.error} title={t`The order was not cancelled`}>
            {cancel.error instanceof ProblemError && cancel.error.status === 409 && (
              <Trans>
                It has moved on meanwhile, so that it cannot be cancelled any more. Close this and look again.
              </Trans>
            )}
          </ErrorState>
        )}
        <ul className="list-disc ps-5">
          <li>
            <Plural value={pieces} one="# piece goes back on the shelf." other="# pieces go back on the shelf." />
          </li>
          {back.amount > 0 ? (
            <li>
              <Trans>
                <Money value={back} /> goes back to the buyer.
              </Trans>
            </li>
          ) : (
            <li>
              <Trans>Nothing was paid, so nothing goes back.</Trans>
            </li>
          )}
          <li>
            <Trans>The buyer gets a message. This cannot be undone.</Trans>
          </li>
        </ul>
        <Field name="cancel-reason" label={t`Reason`} hint={t`Stands in the history of the order.`} optional>
          {(wiring) => (
            <Input
              {...wiring}
              value={reason}
              maxLength={REASON_MAX}
              autoComplete="off"
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
      </div>
    </Dialog>
  )
}
