// Owns the refunds of a payment: how much, why, by whom, and what became of them.
import { useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { StateBadge } from '#lib/words.tsx'
import type { PaymentDetail } from './api.ts'
import { REFUND_WORDS } from './words.ts'

export function RefundsCard({ payment }: { payment: PaymentDetail }) {
  const { t } = useLingui()
  if (payment.refunds.length === 0) return null
  return (
    <Card title={t`Refunds`}>
      <ul className="grid grid-cols-1">
        {payment.refunds.map((refund) => (
          <li
            key={refund.refund_id}
            className="grid grid-cols-1 gap-1 border-line border-b py-3 first:pt-0 last:border-0 last:pb-0"
          >
            <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
              <span className="font-medium">
                <Money value={refund.amount} />
              </span>
              <StateBadge words={REFUND_WORDS} state={refund.status} />
            </div>
            <p>{refund.reason}</p>
            <p className="text-sm text-soft">
              <DateTime at={refund.created_at} options={{ dateStyle: 'medium', timeStyle: 'short' }} />{' '}
              {refund.requested_by.startsWith('user:') ? t`by staff` : t`by the order`}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  )
}
