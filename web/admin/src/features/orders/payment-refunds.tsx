// Owns what went back of a payment, and what still can.
import { Trans, useLingui } from '@lingui/react/macro'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { Facts } from '#lib/facts.tsx'
import { StateBadge } from '#lib/words.tsx'
import { REFUND_WORDS } from './order-words.ts'
import type { PaymentDetail } from './payment-api.ts'
import { useDeclineWords } from './use-decline-words.ts'
import { useRefundReasons } from './use-refund-reasons.ts'

export function PaymentRefunds({ payment }: { payment: PaymentDetail }) {
  const { t } = useLingui()
  const reasons = useRefundReasons()
  const decline = useDeclineWords()
  const { refunded, refund_pending: pending, refundable, disputed } = payment
  if (refunded.amount + pending.amount + disputed.amount === 0) return null
  return (
    <div className="text-sm">
      <Facts
        facts={[
          [t`Refunded`, <Money key="refunded" value={refunded} />],
          [t`On its way back`, pending.amount > 0 ? <Money key="pending" value={pending} /> : undefined],
          [t`Disputed`, disputed.amount > 0 ? <Money key="disputed" value={disputed} /> : undefined],
          [t`Can still go back`, <Money key="refundable" value={refundable} />],
        ]}
      />
      <ol aria-label={t`Refunds`} className="mt-2 grid gap-1.5">
        {payment.refunds.map((refund) => (
          <li key={refund.refund_id} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <StateBadge words={REFUND_WORDS} state={refund.status} />
            <Money value={refund.amount} />
            <span className="text-soft">{reasons.get(refund.reason) ?? refund.reason}</span>
            {refund.error_code && <span className="text-bad">{decline(refund.error_code)}</span>}
            <span className="ms-auto text-soft">
              <RelativeTime at={refund.created_at} />
            </span>
          </li>
        ))}
      </ol>
      {pending.amount > 0 && (
        <p className="mt-1 text-soft">
          <Trans>The provider has not confirmed it yet. The shop keeps asking.</Trans>
        </p>
      )}
    </div>
  )
}
