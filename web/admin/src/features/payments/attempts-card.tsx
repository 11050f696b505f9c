// Owns the tries to pay: with which card, how they ended, and why a bank said no.
import { useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { CopyId } from '#lib/copy-id.tsx'
import { StateBadge } from '#lib/words.tsx'
import type { Attempt, PaymentDetail } from './api.ts'
import { ATTEMPT_WORDS, DECLINE_WORDS } from './words.ts'

const BRANDS: Readonly<Record<string, string>> = {
  visa: 'Visa',
  mastercard: 'Mastercard',
  amex: 'American Express',
  discover: 'Discover',
  diners: 'Diners Club',
  jcb: 'JCB',
  unionpay: 'UnionPay',
  sepa_debit: 'SEPA',
}

export function AttemptsCard({ payment }: { payment: PaymentDetail }) {
  const { t } = useLingui()
  return (
    <Card title={t`Tries to pay`}>
      {payment.attempts.length === 0 && <p className="text-soft">{t`The buyer has not tried yet.`}</p>}
      <ol className="grid grid-cols-1">
        {payment.attempts.map((attempt) => (
          <li
            key={attempt.id}
            className="grid grid-cols-1 gap-1 border-line border-b py-3 first:pt-0 last:border-0 last:pb-0"
          >
            <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
              <span className="font-medium">{cardOf(attempt) ?? t`No card yet`}</span>
              <StateBadge words={ATTEMPT_WORDS} state={attempt.status} />
            </div>
            <Reason attempt={attempt} />
            <div className="flex flex-wrap items-center justify-between gap-x-4 text-sm text-soft">
              <DateTime at={attempt.created_at} options={{ dateStyle: 'medium', timeStyle: 'medium' }} />
              {attempt.provider_ref && <CopyId value={attempt.provider_ref} />}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  )
}

function Reason({ attempt }: { attempt: Attempt }) {
  const { t, i18n } = useLingui()
  const code = attempt.decline_code ?? attempt.error_code
  if (attempt.status !== 'failed' || !code) return null
  const known = DECLINE_WORDS[code]
  return <p>{known ? i18n._(known) : t`The provider says: ${code.replaceAll('_', ' ')}`}</p>
}

function cardOf({ card_brand: brand, card_last4: last4 }: Attempt): string | undefined {
  if (!brand) return undefined
  return [BRANDS[brand] ?? brand, last4 && `•••• ${last4}`].filter(Boolean).join(' ')
}
