// Owns the next steps of a return that need no counting: approve, decline, label, under way, reject, close.
import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, type ButtonTone } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Textarea } from '@rialto/ui/input.tsx'
import { useState } from 'react'
import { ActionButton } from '#lib/action-button.tsx'
import { usePageActions } from '#lib/page-actions.ts'
import { useBlocked } from '#lib/use-blocked.ts'
import { type Return, type ReturnStatus, useMoveReturn } from './api.ts'

const REASON_MAX = 2000

/** `received` and `refunded` have forms of their own. */
const STEPS = [
  { to: 'cancelled', word: msg`Call off`, tone: 'quiet', asks: true },
  { to: 'declined', word: msg`Decline`, tone: 'danger', asks: true },
  { to: 'rejected', word: msg`Reject the goods`, tone: 'danger', asks: true },
  { to: 'closed', word: msg`Close`, tone: 'outline', asks: false },
  { to: 'in_transit', word: msg`It is under way`, tone: 'outline', asks: false },
  { to: 'label_sent', word: msg`A label was sent`, tone: 'outline', asks: false },
  { to: 'approved', word: msg`Approve`, tone: 'ink', asks: false },
] as const satisfies { to: ReturnStatus; word: unknown; tone: ButtonTone; asks: boolean }[]

export function ReturnSteps({ item }: { item: Return }) {
  const { t, i18n } = useLingui()
  const blocked = useBlocked()
  const move = useMoveReturn(item.id)
  const [asking, setAsking] = useState<ReturnStatus>()
  const noRight = blocked('returns:write')
  const steps = STEPS.filter(({ to }) => item.allowed.includes(to))

  function take(to: ReturnStatus, asks: boolean) {
    if (asks) setAsking(to)
    else move.mutate({ status: to })
  }

  usePageActions(noRight ? [] : steps.map(({ to, word, asks }) => ({ label: i18n._(word), run: () => take(to, asks) })))

  return (
    <div className="flex flex-wrap items-center gap-2">
      {move.error && !asking && (
        <div className="basis-full">
          <ErrorState error={move.error} title={t`The return was not moved`} />
        </div>
      )}
      {steps.map(({ to, word, tone, asks }) => (
        <ActionButton
          key={to}
          tone={tone}
          size="small"
          blocked={noRight}
          busy={move.isPending && move.variables.status === to}
          onClick={() => take(to, asks)}
        >
          {i18n._(word)}
        </ActionButton>
      ))}
      {asking && <ReasonDialog item={item} to={asking} onClose={() => setAsking(undefined)} />}
    </div>
  )
}

function ReasonDialog({ item, to, onClose }: { item: Return; to: ReturnStatus; onClose: () => void }) {
  const { t, i18n } = useLingui()
  const move = useMoveReturn(item.id)
  const step = STEPS.find((step) => step.to === to)
  const title = step ? i18n._(step.word) : ''
  return (
    <Dialog open onClose={onClose} title={title}>
      <form
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault()
          const reason = String(new FormData(event.currentTarget).get('reason')).trim()
          move.mutate({ status: to, reason }, { onSuccess: onClose })
        }}
      >
        {move.error && <ErrorState error={move.error} title={t`The return was not moved`} />}
        <Field name="return-reason" label={t`Why?`} hint={t`The buyer reads this.`}>
          {(wiring) => <Textarea {...wiring} name="reason" required maxLength={REASON_MAX} />}
        </Field>
        <div className="flex flex-wrap justify-end gap-3">
          <Button tone="quiet" onClick={onClose}>
            <Trans>Not now</Trans>
          </Button>
          <Button type="submit" tone="danger" busy={move.isPending}>
            {title}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
