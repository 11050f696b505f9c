// Owns what the provider told of a payment, as it came.
import { useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { CopyId } from '#lib/copy-id.tsx'
import { StateBadge } from '#lib/words.tsx'
import type { PaymentDetail } from './api.ts'
import { WEBHOOK_WORDS } from './words.ts'

export function EventsCard({ payment }: { payment: PaymentDetail }) {
  const { t } = useLingui()
  return (
    <Card title={t`News from the provider`}>
      {payment.webhooks.length === 0 && (
        <p className="text-soft">{t`None came so far. “Ask the provider now” fetches what is missing.`}</p>
      )}
      <ol className="grid grid-cols-1">
        {payment.webhooks.map(({ event_id, kind, status, received_at }) => (
          <li
            key={event_id}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-line border-b py-2.5 first:pt-0 last:border-0 last:pb-0"
          >
            <span className="min-w-0">
              <code className="block break-words text-sm">{kind}</code>
              <CopyId value={event_id} />
            </span>
            <span className="grid justify-items-end gap-1">
              <StateBadge words={WEBHOOK_WORDS} state={status} />
              <span className="text-sm text-soft">
                <DateTime at={received_at} options={{ dateStyle: 'medium', timeStyle: 'medium' }} />
              </span>
            </span>
          </li>
        ))}
      </ol>
    </Card>
  )
}
