// Owns how a deadline reads: in words, with its exact moment.
import { Trans } from '@lingui/react/macro'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import type { Dispute } from './api.ts'

const DAY_MS = 86_400_000

/** Whether the shop can still say something. */
export function isOpen({ status, evidence_submitted_at, evidence_due_by }: Dispute): boolean {
  const asks = status === 'needs_response' || status === 'warning_needs_response'
  return asks && !evidence_submitted_at && Date.parse(evidence_due_by) > Date.now()
}

export function Due({ dispute, long = false }: { dispute: Dispute; long?: boolean }) {
  const format = useFormat()
  const at = dispute.evidence_due_by
  if (dispute.closed_at) return <Trans>closed</Trans>
  if (dispute.evidence_submitted_at) return <Trans>handed in</Trans>
  const left = Date.parse(at) - Date.now()
  if (left < 0) {
    return (
      <strong className="text-bad">
        <Trans>over, {format.relative(at)}</Trans>
      </strong>
    )
  }
  return (
    <span className={left < 2 * DAY_MS ? 'font-semibold text-bad' : undefined}>
      {format.relative(at)}
      {long && (
        <span className="font-normal text-soft">
          {' '}
          (<DateTime at={at} options={{ dateStyle: 'full', timeStyle: 'short' }} />)
        </span>
      )}
    </span>
  )
}
