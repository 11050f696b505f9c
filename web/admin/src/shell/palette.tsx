// Owns the palette (Ctrl or Cmd with K): type where to go, what to find or what to do; the arrows choose, Enter does it.
import { Trans, useLingui } from '@lingui/react/macro'
import { classes } from '@rialto/ui/classes.ts'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { CONTROL } from '@rialto/ui/input.tsx'
import { type KeyboardEvent, useEffect, useId, useState } from 'react'
import type { Place } from './navigation.ts'
import { type Goal, useGoals } from './use-goals.ts'

const OPEN = 'rialto:palette'

export function openPalette(): void {
  document.dispatchEvent(new Event(OPEN))
}

export function Palette({ places }: { places: readonly Place[] }) {
  const { t } = useLingui()
  const [open, setOpen] = useState(false)

  useEffect(() => {
    function onKeyDown(event: globalThis.KeyboardEvent) {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      setOpen((wasOpen) => !wasOpen)
    }
    const show = () => setOpen(true)
    document.addEventListener('keydown', onKeyDown)
    document.addEventListener(OPEN, show)
    return () => {
      document.removeEventListener('keydown', onKeyDown)
      document.removeEventListener(OPEN, show)
    }
  }, [])

  return (
    <Dialog open={open} onClose={() => setOpen(false)} title={t`Go to, find or do`} className="mt-[12dvb]!">
      <Chooser places={places} onDone={() => setOpen(false)} />
    </Dialog>
  )
}

function Chooser({ places, onDone }: { places: readonly Place[]; onDone: () => void }) {
  const { t } = useLingui()
  const id = useId()
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const { groups, isLooking } = useGoals(places, query)
  const goals = groups.flatMap((group) => group.goals)

  function run(goal: Goal | undefined) {
    if (!goal) return
    onDone()
    // The dialog closes first, so that what opens next keeps the focus.
    requestAnimationFrame(goal.run)
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'Enter') run(goals[at])
    else if (event.key === 'ArrowDown') setAt(Math.min(at + 1, goals.length - 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0))
    else return
    event.preventDefault()
  }

  return (
    <div className="grid gap-3">
      <input
        data-autofocus
        role="combobox"
        aria-label={t`Where to, or what to find?`}
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={goals[at] ? `${id}-${at}` : undefined}
        autoComplete="off"
        placeholder={t`A page, an order number, an e-mail address…`}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
        className={`${CONTROL} min-h-11`}
      />
      <div id={id} role="listbox" aria-label={t`Found`} tabIndex={-1} className="grid max-h-[50dvb] overflow-y-auto">
        {groups.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options in a list box is no fieldset.
          <div key={group.key} role="group" aria-label={group.label}>
            <p aria-hidden="true" className="px-3 pt-2 pb-1 text-sm text-soft">
              {group.label}
            </p>
            {group.goals.map((goal) => (
              <Option
                key={goal.key}
                id={`${id}-${goals.indexOf(goal)}`}
                goal={goal}
                chosen={goals[at] === goal}
                onRun={run}
              />
            ))}
          </div>
        ))}
      </div>
      <p role="status" className="text-soft empty:hidden">
        {isLooking && <Trans>Looking…</Trans>}
        {!isLooking && goals.length === 0 && <Trans>Nothing is called that.</Trans>}
      </p>
    </div>
  )
}

interface OptionProps {
  id: string
  goal: Goal
  chosen: boolean
  onRun: (goal: Goal) => void
}

function Option({ id, goal, chosen, onRun }: OptionProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the text field's.
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      tabIndex={-1}
      onClick={() => onRun(goal)}
      ref={(element) => {
        if (chosen) element?.scrollIntoView({ block: 'nearest' })
      }}
      className={classes(
        'flex min-h-11 cursor-pointer items-center gap-3 rounded-control px-3 hover:bg-sunken',
        chosen && 'bg-sunken',
      )}
    >
      <Icon of={goal.icon} />
      <span className="min-w-0 grow truncate">{goal.label}</span>
      {goal.aside && <span className="truncate text-sm text-soft">{goal.aside}</span>}
    </div>
  )
}
