// Owns the question after a stale save (HTTP 412): see what differs, keep mine, take theirs, or choose field by field.
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { Button } from '@rialto/ui/button.tsx'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { type ReactNode, useState } from 'react'
import { type Choices, type Conflict, type Difference, differences, merge, type Side, suggested } from './merge.ts'

/** How a field is called, and how its value is shown where plain text does not do. */
export interface FieldWords<Value> {
  label: string
  show?: (value: Value) => ReactNode
}

interface ConflictDialogProps<T extends object> {
  /** Undefined while there is none, and the dialog is closed. */
  conflict: Conflict<T> | undefined
  fields: { [Field in keyof T & string]: FieldWords<T[Field]> }
  /** When the other save happened. */
  changedAt?: string | undefined
  busy?: boolean
  /** Save this, over the state that `conflict.theirs` was read from. */
  onResolve: (merged: T) => void
  /** Back to the form, which is as it was. */
  onClose: () => void
}

export function ConflictDialog<T extends object>({ conflict, onClose, ...rest }: ConflictDialogProps<T>) {
  const { t } = useLingui()
  return (
    <Dialog
      open={conflict !== undefined}
      onClose={onClose}
      title={t`Somebody else saved this meanwhile`}
      className="w-[min(46rem,calc(100vw-2rem))]!"
    >
      {conflict && <Chooser conflict={conflict} onClose={onClose} {...rest} />}
    </Dialog>
  )
}

type ChooserProps<T extends object> = ConflictDialogProps<T> & { conflict: Conflict<T> }

function Chooser<T extends object>({ conflict, fields, changedAt, busy, onResolve, onClose }: ChooserProps<T>) {
  const [choices, setChoices] = useState<Choices<T>>(() => suggested(conflict))
  const found = differences(conflict)

  function all(side: Side) {
    const chosen: Choices<T> = {}
    for (const { field } of found) chosen[field] = side
    setChoices(chosen)
  }

  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!busy) onResolve(merge(conflict, choices))
      }}
    >
      <p>
        {changedAt && (
          <>
            <Trans>
              It was last changed <RelativeTime at={changedAt} />.
            </Trans>{' '}
          </>
        )}
        <Trans>Nothing of yours is lost. Choose what to keep.</Trans>
      </p>
      {found.length > 1 && (
        <div className="flex flex-wrap gap-2">
          <Button tone="outline" size="small" onClick={() => all('mine')}>
            <Trans>Keep all of mine</Trans>
          </Button>
          <Button tone="outline" size="small" onClick={() => all('theirs')}>
            <Trans>Take all of theirs</Trans>
          </Button>
        </div>
      )}
      {found.length === 0 && (
        <p>
          <Trans>You both made the same changes.</Trans>
        </p>
      )}
      {found.map((difference) => (
        <FieldChoice
          key={difference.field}
          difference={difference}
          words={fields[difference.field]}
          mine={conflict.mine[difference.field]}
          theirs={conflict.theirs[difference.field]}
          choice={choices[difference.field] ?? 'mine'}
          onChoose={(side) => setChoices({ ...choices, [difference.field]: side })}
        />
      ))}
      <div className="flex flex-wrap justify-end gap-3">
        <Button tone="quiet" onClick={onClose}>
          <Trans>Back to the form</Trans>
        </Button>
        <Button type="submit" busy={busy ?? false}>
          <Trans>Save what is chosen</Trans>
        </Button>
      </div>
    </form>
  )
}

interface FieldChoiceProps<T extends object, Field extends keyof T & string> {
  difference: Difference<T>
  words: FieldWords<T[Field]>
  mine: T[Field]
  theirs: T[Field]
  choice: Side
  onChoose: (side: Side) => void
}

function FieldChoice<T extends object, Field extends keyof T & string>(props: FieldChoiceProps<T, Field>) {
  const { t } = useLingui()
  const { difference, words, choice, onChoose } = props
  const sides = [
    ['mine', t`Mine`, props.mine],
    ['theirs', t`Theirs`, props.theirs],
  ] as const
  return (
    <fieldset>
      <legend className="mb-1.5 flex items-center gap-2 font-medium">
        {words.label} {difference.isContested && <Badge tone="warn">{t`Both changed it`}</Badge>}
      </legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {sides.map(([side, label, value]) => (
          <label
            key={side}
            className="flex min-h-11 cursor-pointer items-start gap-3 rounded-control border border-line p-3 has-checked:border-accent has-checked:bg-accent-soft"
          >
            <input
              type="radio"
              name={`conflict-${difference.field}`}
              checked={choice === side}
              onChange={() => onChoose(side)}
              className="mt-0.5 size-5 shrink-0"
            />
            <span className="min-w-0">
              <span className="block text-sm text-soft">{label}</span>
              <span className="block max-h-40 overflow-y-auto whitespace-pre-wrap">{shown(words, value)}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function shown<Value>(words: FieldWords<Value>, value: Value): ReactNode {
  if (words.show) return words.show(value)
  if (value === null || value === undefined || value === '') return '—'
  return Array.isArray(value) ? value.join(', ') : String(value)
}
