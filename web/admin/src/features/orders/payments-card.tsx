// Owns the payments of an order: how each stands, every attempt, and what can be done with the money.
import { Trans, useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useQuery } from '@tanstack/react-query'
import { ActionButton } from '#lib/action-button.tsx'
import { CopyId } from '#lib/copy-id.tsx'
import { useMay } from '#lib/session.ts'
import { useBlocked } from '#lib/use-blocked.ts'
import { StateBadge } from '#lib/words.tsx'
import { ATTEMPT_WORDS, PAYMENT_STATE_WORDS } from './order-words.ts'
import { type PaymentDetail, paymentsQuery, useAskProvider, useCapture, useVoid } from './payment-api.ts'
import { PaymentRefunds } from './payment-refunds.tsx'
import { useDeclineWords } from './use-decline-words.ts'

export function PaymentsCard({ orderId }: { orderId: string }) {
  const { t } = useLingui()
  const may = useMay()
  const mayRead = may('payments:read')
  const payments = useQuery({ ...paymentsQuery(orderId), enabled: mayRead })
  if (!mayRead) return null
  return (
    <Card title={t`Payments`}>
      {payments.error && (
        <ErrorState
          error={payments.error}
          title={t`The payments could not be loaded`}
          retry={() => payments.refetch()}
        />
      )}
      {payments.isPending && (
        <Loading>
          <Skeleton className="h-24" />
        </Loading>
      )}
      {payments.data?.length === 0 && (
        <p className="text-soft">
          <Trans>The buyer has not tried to pay yet.</Trans>
        </p>
      )}
      <ul className="grid gap-5">
        {payments.data?.map((payment) => (
          <PaymentEntry key={payment.payment_id} payment={payment} />
        ))}
      </ul>
    </Card>
  )
}

function PaymentEntry({ payment }: { payment: PaymentDetail }) {
  const { t } = useLingui()
  const decline = useDeclineWords()
  return (
    <li className="grid gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StateBadge words={PAYMENT_STATE_WORDS} state={payment.status} />
        <Money value={payment.amount} className="font-medium" />
        <span className="text-sm text-soft">{payment.provider}</span>
        <span className="ms-auto">
          <CopyId value={payment.payment_id} label={payment.payment_id.slice(-8)} />
        </span>
      </div>
      {payment.conflict && <p className="text-bad">{payment.conflict}</p>}
      <ol aria-label={t`Attempts`} className="grid gap-1.5 text-sm">
        {payment.attempts.map((attempt) => (
          <li key={attempt.id} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <StateBadge words={ATTEMPT_WORDS} state={attempt.status} />
            {attempt.card_brand && (
              <span>
                <span className="capitalize">{attempt.card_brand}</span> •••• {attempt.card_last4}
              </span>
            )}
            {attempt.error_code && (
              <span className="text-soft">{decline(attempt.error_code, attempt.decline_code)}</span>
            )}
            <span className="ms-auto text-soft">
              <RelativeTime at={attempt.created_at} />
            </span>
          </li>
        ))}
      </ol>
      <PaymentRefunds payment={payment} />
      <PaymentActions payment={payment} />
    </li>
  )
}

function PaymentActions({ payment }: { payment: PaymentDetail }) {
  const { t } = useLingui()
  const blocked = useBlocked()
  const capture = useCapture()
  const release = useVoid()
  const ask = useAskProvider()
  const { status } = payment
  const isHeld = status === 'requires_capture'
  const isOpen = status === 'processing' || status === 'requires_action'
  const noRight = blocked('payments:refund')
  const error = capture.error ?? release.error ?? ask.error
  if (!isHeld && !isOpen) return null
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap gap-2">
        {isHeld && (
          <>
            <ActionButton
              size="small"
              blocked={noRight}
              busy={capture.isPending}
              onClick={() => capture.mutate(payment)}
            >
              <span>
                <Trans>
                  Take the <Money value={payment.authorized} />
                </Trans>
              </span>
            </ActionButton>
            <ActionButton
              tone="outline"
              size="small"
              blocked={noRight}
              busy={release.isPending}
              onClick={() => release.mutate(payment)}
            >
              <Trans>Let the money go</Trans>
            </ActionButton>
          </>
        )}
        {isOpen && (
          <ActionButton tone="outline" size="small" busy={ask.isPending} onClick={() => ask.mutate(payment.payment_id)}>
            <Trans>Ask the provider now</Trans>
          </ActionButton>
        )}
      </div>
      {error && <ErrorState error={error} title={t`The payment was not changed`} />}
    </div>
  )
}
