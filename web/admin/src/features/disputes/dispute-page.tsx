// Owns the page of one dispute: what it is about, until when it can be answered, the answer, and how it ended.
import { Trans, useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CopyId } from '#lib/copy-id.tsx'
import { Facts } from '#lib/facts.tsx'
import { Page } from '#lib/page.tsx'
import { useMay } from '#lib/session.ts'
import { StateBadge } from '#lib/words.tsx'
import { type Dispute, disputeQuery } from './api.ts'
import { Due, isOpen } from './due.tsx'
import { EvidenceForm } from './evidence-form.tsx'
import { EvidenceList } from './evidence-list.tsx'
import { DISPUTE_WORDS, OUTCOME_WORDS, REASON_WORDS } from './words.ts'

export function DisputePage({ paymentId, disputeId }: { paymentId: string; disputeId: string }) {
  const { t, i18n } = useLingui()
  const may = useMay()
  const { data } = useSuspenseQuery(disputeQuery(paymentId, disputeId))
  const { dispute, orderNumber } = data
  const reason = REASON_WORDS[dispute.reason]
  const outcome = OUTCOME_WORDS[dispute.status]
  const canAnswer = isOpen(dispute)
  return (
    <Page title={t`Dispute of ${orderNumber}`} above={[{ label: t`Disputes`, link: { to: '/payments/disputes' } }]}>
      <div className="flex flex-wrap items-center gap-3">
        <StateBadge words={DISPUTE_WORDS} state={dispute.status} />
        <p className="text-lg">{reason ? i18n._(reason) : dispute.reason.replaceAll('_', ' ')}</p>
      </div>
      {canAnswer && (
        <p className="rounded-card bg-warn-soft p-4">
          <Trans>
            Your answer is due <Due dispute={dispute} long />. It can be handed in once.
          </Trans>
        </p>
      )}
      {!canAnswer && outcome && <p className="rounded-card bg-sunken p-4">{i18n._(outcome)}</p>}
      <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[2fr_1fr]">
        {canAnswer && may('payments:refund') ? (
          <Card title={t`Your answer`}>
            <EvidenceForm dispute={dispute} />
          </Card>
        ) : (
          <Card title={t`The answer`}>
            <EvidenceList dispute={dispute} />
          </Card>
        )}
        <DisputeFacts dispute={dispute} orderNumber={orderNumber} />
      </div>
    </Page>
  )
}

const MOMENT: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' }

function DisputeFacts({ dispute, orderNumber }: { dispute: Dispute; orderNumber: string }) {
  const { t } = useLingui()
  const link = 'inline-flex min-h-6 items-center underline underline-offset-4'
  const moment = (at: string | null | undefined) => at && <DateTime key={at} at={at} options={MOMENT} />
  return (
    <Card title={t`Facts`}>
      <Facts
        facts={[
          [t`Amount`, <Money key="amount" value={dispute.amount} />],
          [t`Fee`, <Money key="fee" value={dispute.fee} />],
          [t`Money`, dispute.funds_withdrawn ? t`taken back by the bank` : t`still ours`],
          [t`Opened`, moment(dispute.created_at)],
          [t`Answer due`, moment(dispute.evidence_due_by)],
          [t`Handed in`, moment(dispute.evidence_submitted_at)],
          [t`Closed`, moment(dispute.closed_at)],
          [
            t`Payment`,
            <Link key="payment" to="/payments/$id" params={{ id: dispute.payment_id }} className={link}>
              <Trans>See the payment</Trans>
            </Link>,
          ],
          [
            t`Order`,
            <Link key="order" to="/orders/$id" params={{ id: dispute.order_id }} className={link}>
              {orderNumber}
            </Link>,
          ],
          [t`Their name`, <CopyId key="ref" value={dispute.provider_ref} />],
        ]}
      />
    </Card>
  )
}
