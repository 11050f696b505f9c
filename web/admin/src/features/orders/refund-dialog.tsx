// Owns refunding: by pieces or by amount, what becomes of the goods, never more than can go back, named in numbers.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useState } from 'react'
import { useIntention } from '#lib/use-intention.ts'
import type { OrderDetail } from './api.ts'
import { type PaymentDetail, useRefund } from './payment-api.ts'
import { useTakeBack } from './refund-api.ts'
import { RefundFields } from './refund-fields.tsx'
import { type RefundPlan, useRefundPlan } from './use-refund.ts'
import { useRefundReasons } from './use-refund-reasons.ts'

interface RefundDialogProps {
  order: OrderDetail
  /** Those from which money can go back; at least one. */
  payments: readonly PaymentDetail[]
  onClose: () => void
}

export function RefundDialog({ order, payments, onClose }: RefundDialogProps) {
  const { t } = useLingui()
  const say = useToast()
  const format = useFormat()
  const keyFor = useIntention()
  const plan = useRefundPlan(order, payments)
  const [reason, setReason] = useState('requested_by_customer')
  const reasons = useRefundReasons()
  const refund = useRefund()
  const takeBack = useTakeBack()
  const { amount, currency, payment, goods, quantities } = plan
  const error = refund.error ?? takeBack.error

  function done(back: { amount: number; currency: string }) {
    const money = format.money(back)
    say({ text: t`${money} is on its way to the buyer.` })
    onClose()
  }

  function submit() {
    if (!amount || !payment) return
    if (goods === 'keep') {
      const body = { payment_id: payment.payment_id, amount: { amount, currency }, reason }
      refund.mutate({ body, key: keyFor(body) }, { onSuccess: () => done({ amount, currency }) })
    } else {
      const wish = { orderId: order.id, quantities, disposition: goods, reason: reasons.get(reason) ?? reason }
      takeBack.mutate(
        { ...wish, key: keyFor(wish) },
        { onSuccess: (taken) => done(taken.refund?.amount ?? { amount, currency }) },
      )
    }
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={t`Refund ${order.number}`}
      className="w-[min(44rem,calc(100vw-2rem))]!"
      actions={
        <>
          <Button tone="quiet" onClick={onClose}>
            <Trans>Not now</Trans>
          </Button>
          <Button
            tone="danger"
            busy={refund.isPending || takeBack.isPending}
            disabled={!amount || plan.isTooMuch}
            onClick={submit}
          >
            {amount ? (
              <span>
                <Trans>
                  Refund <Money value={{ amount, currency }} />
                </Trans>
              </span>
            ) : (
              <Trans>Refund</Trans>
            )}
          </Button>
        </>
      }
    >
      <div className="grid gap-5">
        {error && (
          <ErrorState error={error} title={t`Nothing was refunded`}>
            <Refusal error={error} />
          </ErrorState>
        )}
        <RefundFields order={order} payments={payments} plan={plan} reason={reason} onReason={setReason} />
        <Effect plan={plan} />
      </div>
    </Dialog>
  )
}

/** What will happen, in numbers. */
function Effect({ plan }: { plan: RefundPlan }) {
  const { amount, currency, max, tax, pieces, payment, isTooMuch, goods, by } = plan
  const card = payment?.attempts.findLast(({ card_last4: last4 }) => last4)
  if (isTooMuch) {
    return (
      <p role="alert" className="font-medium text-bad">
        <Trans>
          At most <Money value={{ amount: max, currency }} /> can still go back of this payment.
        </Trans>
      </p>
    )
  }
  if (!amount) {
    return (
      <p className="text-soft">
        <Trans>
          Up to <Money value={{ amount: max, currency }} /> can go back.
        </Trans>
      </p>
    )
  }
  return (
    <div role="status" className="grid gap-1 rounded-control bg-sunken p-4">
      <p className="font-medium">
        {by === 'pieces' && pieces > 0 && (
          <>
            <Plural value={pieces} one="# piece" other="# pieces" />,{' '}
          </>
        )}
        <Money value={{ amount, currency }} />
        {card && (
          <>
            {' → '}
            <span className="capitalize">{card.card_brand}</span> •••• {card.card_last4}
          </>
        )}
      </p>
      <p className="text-sm text-soft">
        {tax !== undefined && tax > 0 && (
          <>
            <Trans>
              Of which tax on the goods: <Money value={{ amount: tax, currency }} />.
            </Trans>{' '}
          </>
        )}
        <Trans>
          After that, <Money value={{ amount: max - amount, currency }} /> can still go back.
        </Trans>{' '}
        {goods !== 'keep' && (
          <Trans>The return is booked with it; where all came back, delivery is refunded too.</Trans>
        )}
      </p>
    </div>
  )
}

function Refusal({ error }: { error: unknown }) {
  const code = error instanceof ProblemError ? error.code : undefined
  if (code === 'exceeds_refundable') {
    return <Trans>Less can go back than when this was opened. Close it and look at the payment again.</Trans>
  }
  if (code === 'not_returnable') {
    return <Trans>Some of these pieces were not delivered, or came back already.</Trans>
  }
  if (code === 'wrong_status')
    return <Trans>The payment or the return has moved on meanwhile. Close this and look again.</Trans>
  return <Trans>Pressing again is safe: the same refund is never made twice.</Trans>
}
