// Owns what an event says of itself, and its payload as it came.
import { useLingui } from '@lingui/react/macro'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { CopyId } from '#lib/copy-id.tsx'
import { Facts } from '#lib/facts.tsx'
import type { Parked, Skipped } from './api.ts'

export function EventFacts({ event }: { event: Parked | Skipped }) {
  const { t } = useLingui()
  return (
    <details>
      <summary className="min-h-8 text-soft">{t`What it says`}</summary>
      <div className="mt-2 grid gap-3">
        <Facts
          facts={[
            [t`Told by`, event.source],
            [t`Of`, <CopyId key="subject" value={event.subject} />],
            [t`Id`, <CopyId key="id" value={event.id} />],
            [
              t`Happened`,
              <DateTime key="at" at={event.occurred_at} options={{ dateStyle: 'medium', timeStyle: 'medium' }} />,
            ],
            [t`Place in the log`, event.position],
          ]}
        />
        <pre className="overflow-x-auto rounded-control bg-sunken p-3 text-sm whitespace-pre-wrap">
          {JSON.stringify(event.payload, null, 2)}
        </pre>
      </div>
    </details>
  )
}
