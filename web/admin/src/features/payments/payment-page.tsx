// Owns the page of one payment: how it stands, its money, its tries, and all that the books say of it.
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Gavel } from 'lucide-react'
import { Facts } from '#lib/facts.tsx'
import { ObjectFacts } from '#lib/object-facts.tsx'
import { Page } from '#lib/page.tsx'
import { StateBadge } from '#lib/words.tsx'
import { type PaymentDetail, paymentQuery } from './api.ts'
import { AttemptsCard } from './attempts-card.tsx'
import { EventsCard } from './events-card.tsx'
import { LedgerCard } from './ledger-card.tsx'
import { PaymentActions } from './payment-actions.tsx'
import { RefundsCard } from './refunds-card.tsx'
import { PAYMENT_MEANING, PAYMENT_WORDS } from './words.ts'

export function PaymentPage({ id }: { id: string }) {
  const { t, i18n } = useLingui()
  const { data: payment } = useSuspenseQuery(paymentQuery(id))
  return (
    <Page
      title={t`Payment of ${payment.order_number}`}
      above={[{ label: t`Payments`, link: { to: '/payments' } }]}
      actions={<PaymentActions payment={payment} />}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StateBadge words={PAYMENT_WORDS} state={payment.status} />
        {payment.disputed.amount > 0 && <Badge tone="bad">{t`Disputed`}</Badge>}
        {payment.disputes.length === 0 && <p className="text-soft">{i18n._(PAYMENT_MEANING[payment.status])}</p>}
      </div>
      {payment.conflict && (
        <p className="rounded-card bg-bad-soft p-4">
          <Trans>What does not fit: {payment.conflict}</Trans>
        </p>
      )}
      <DisputeLinks payment={payment} />
      <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[2fr_1fr]">
        <div className="grid grid-cols-1 gap-5">
          <AttemptsCard payment={payment} />
          <RefundsCard payment={payment} />
          <LedgerCard payment={payment} />
          <EventsCard payment={payment} />
        </div>
        <div className="grid grid-cols-1 gap-5">
          <MoneyCard payment={payment} />
          <ObjectFacts
            object={{ ...payment, id: payment.payment_id }}
            path={`/payments/${payment.payment_id}`}
            facts={[
              [
                t`Order`,
                <Link
                  key="order"
                  to="/orders/$id"
                  params={{ id: payment.order_id }}
                  className="inline-flex min-h-6 items-center underline underline-offset-4"
                >
                  {payment.order_number}
                </Link>,
              ],
              [t`Provider`, payment.provider],
              [t`Taken`, payment.capture_method === 'manual' ? t`by staff` : t`at once`],
            ]}
          />
        </div>
      </div>
    </Page>
  )
}

function MoneyCard({ payment }: { payment: PaymentDetail }) {
  const { t } = useLingui()
  const sums = [
    [t`Asked for`, payment.amount],
    [t`Held`, payment.authorized],
    [t`Taken`, payment.captured],
    [t`Given back`, payment.refunded],
    [t`Refunds under way`, payment.refund_pending],
    [t`Disputed`, payment.disputed],
    [t`Can be given back`, payment.refundable],
  ] as const
  return (
    <Card title={t`Money`}>
      <Facts
        facts={sums.map(([label, value]) => [
          label,
          <span key={label} className={value.amount === 0 ? 'text-soft' : undefined}>
            <Money value={value} />
          </span>,
        ])}
      />
      {payment.authorized_until && payment.status === 'requires_capture' && (
        <p className="mt-3 text-sm text-soft">
          <Trans>
            The bank lets it go on{' '}
            <DateTime at={payment.authorized_until} options={{ dateStyle: 'medium', timeStyle: 'short' }} />.
          </Trans>
        </p>
      )}
    </Card>
  )
}

function DisputeLinks({ payment }: { payment: PaymentDetail }) {
  if (payment.disputes.length === 0) return null
  return (
    <ul className="grid gap-2">
      {payment.disputes.map((dispute) => (
        <li key={dispute.dispute_id}>
          <Link
            to="/payments/disputes/$id/$disputeId"
            params={{ id: payment.payment_id, disputeId: dispute.dispute_id }}
            className="flex min-h-11 flex-wrap items-center gap-2 rounded-card bg-bad-soft p-4 font-medium hover:underline hover:underline-offset-4"
          >
            <Icon of={Gavel} className="text-bad" />
            <span>
              <Trans>
                The buyer's bank disputes <Money value={dispute.amount} />. See the dispute
              </Trans>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
