// Owns booking what really came back, piece by piece: fit to be sold, damaged, thrown away, or missing.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Card } from '@rialto/ui/card.tsx'
import { Checkbox } from '@rialto/ui/checkbox.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { CONTROL } from '@rialto/ui/input.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useState } from 'react'
import { ActionButton } from '#lib/action-button.tsx'
import { useBlocked } from '#lib/use-blocked.ts'
import { type Disposition, type Return, useMoveReturn } from './api.ts'
import { DISPOSITION_WORDS } from './return-words.tsx'

type Line = Return['lines'][number]
type Counts = Record<Disposition, number>

const DISPOSITIONS = ['restock', 'damaged', 'discard'] as const satisfies Disposition[]

export function InspectForm({ item, titles }: { item: Return; titles: ReadonlyMap<string, string> }) {
  const { t } = useLingui()
  const say = useToast()
  const blocked = useBlocked()
  const move = useMoveReturn(item.id)
  const [counts, setCounts] = useState<Record<string, Counts>>(() =>
    Object.fromEntries(item.lines.map(({ sku, quantity }) => [sku, { restock: quantity, damaged: 0, discard: 0 }])),
  )
  const [isHeld, setHeld] = useState(true)
  const lines = item.lines.flatMap(({ sku }) =>
    DISPOSITIONS.map((disposition) => ({ sku, disposition, quantity: counts[sku]?.[disposition] ?? 0 })),
  )
  const came = lines.filter(({ quantity }) => quantity > 0)
  const pieces = came.reduce((sum, { quantity }) => sum + quantity, 0)

  function submit() {
    move.mutate(
      { status: 'received', lines: came, hold_refund: isHeld },
      { onSuccess: () => say({ text: isHeld ? t`Booked. The refund waits for you.` : t`Booked, and refunded.` }) },
    )
  }

  return (
    <Card title={t`What came back?`}>
      <form
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        {move.error && (
          <ErrorState error={move.error} title={t`Nothing was booked`}>
            {move.error instanceof ProblemError && move.error.status === 409 && (
              <Trans>Somebody else was faster. Reload the page to see where the return stands.</Trans>
            )}
          </ErrorState>
        )}
        {item.lines.map((line) => (
          <LineCounts
            key={line.sku}
            line={line}
            title={titles.get(line.sku) ?? line.sku}
            counts={counts[line.sku] ?? { restock: 0, damaged: 0, discard: 0 }}
            onChange={(next) => setCounts({ ...counts, [line.sku]: next })}
          />
        ))}
        <Checkbox
          label={t`Hold the money until I have seen the sum`}
          hint={t`The next page names the refund before it is sent.`}
          checked={isHeld}
          onChange={(event) => setHeld(event.target.checked)}
        />
        <ActionButton
          type="submit"
          className="justify-self-start"
          blocked={blocked('returns:write')}
          busy={move.isPending}
          disabled={pieces === 0}
        >
          {isHeld ? (
            <Plural value={pieces} _0="Nothing came yet" one="Book # piece" other="Book # pieces" />
          ) : (
            <Plural
              value={pieces}
              _0="Nothing came yet"
              one="Book # piece and refund it now"
              other="Book # pieces and refund them now"
            />
          )}
        </ActionButton>
      </form>
    </Card>
  )
}

interface LineCountsProps {
  line: Line
  title: string
  counts: Counts
  onChange: (counts: Counts) => void
}

function LineCounts({ line, title, counts, onChange }: LineCountsProps) {
  const { i18n } = useLingui()
  const came = counts.restock + counts.damaged + counts.discard
  const missing = line.quantity - came
  return (
    <fieldset className="border-line border-b pb-4">
      <legend className="mb-2">
        <span className="font-medium">{title}</span>{' '}
        <span className="text-sm text-soft">
          {line.sku} · <Plural value={line.quantity} one="# piece announced" other="# pieces announced" />
        </span>
      </legend>
      {line.reason && <p className="mb-2 text-sm text-soft">{line.reason}</p>}
      <div className="flex flex-wrap items-end gap-4">
        {DISPOSITIONS.map((disposition) => (
          <label key={disposition} className="grid gap-1 text-sm">
            {i18n._(DISPOSITION_WORDS[disposition])}
            <input
              type="number"
              inputMode="numeric"
              min={0}
              max={line.quantity}
              value={counts[disposition]}
              onChange={(event) => {
                const typed = event.target.valueAsNumber
                const others = came - counts[disposition]
                const max = line.quantity - others
                onChange({ ...counts, [disposition]: Number.isNaN(typed) ? 0 : Math.min(Math.max(0, typed), max) })
              }}
              className={`${CONTROL} min-h-11 w-24! tabular-nums`}
            />
          </label>
        ))}
        <p role="status" className="min-h-11 content-center text-sm text-soft">
          <Plural value={missing} _0="All of it came" one="# did not come" other="# did not come" />
        </p>
      </div>
    </fieldset>
  )
}
