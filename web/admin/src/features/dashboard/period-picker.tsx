// Owns the choice of the period that the figures are of; what it is compared with is as long, directly before it.
import { useLingui } from '@lingui/react/macro'
import { classes } from '@rialto/ui/classes.ts'
import { CONTROL } from '@rialto/ui/input.tsx'
import type { Period } from './api.ts'
import { isDay, PRESETS, type Preset, periodOf } from './period.ts'

interface PeriodPickerProps {
  period: Period
  onChange: (period: Period) => void
}

export function PeriodPicker({ period, onChange }: PeriodPickerProps) {
  const { t } = useLingui()
  const words: Record<Preset, string> = {
    today: t`Today`,
    '7d': t`7 days`,
    '30d': t`30 days`,
    '90d': t`90 days`,
    '12m': t`12 months`,
  }
  const chosen = PRESETS.find((preset) => {
    const { from, to } = periodOf(preset)
    return from === period.from && to === period.to
  })

  function set(change: Partial<Period>) {
    const next = { ...period, ...change }
    if (isDay(next.from) && isDay(next.to) && next.from <= next.to) onChange(next)
  }

  return (
    <div className="flex flex-wrap items-center gap-2">
      {/* biome-ignore lint/a11y/useSemanticElements: these buttons are no part of a form. */}
      <div
        role="group"
        aria-label={t`Period`}
        className="flex max-w-full overflow-x-auto rounded-control border border-edge bg-card p-0.5"
      >
        {PRESETS.map((preset) => (
          <button
            key={preset}
            type="button"
            aria-pressed={preset === chosen}
            onClick={() => onChange(periodOf(preset))}
            className={classes(
              'min-h-9 shrink-0 rounded-[calc(var(--radius-control)-2px)] px-2.5 text-sm -outline-offset-2 sm:px-3',
              preset === chosen ? 'bg-ink text-on-ink' : 'hover:bg-sunken',
            )}
          >
            {words[preset]}
          </button>
        ))}
      </div>
      <input
        key={`from ${period.from}`}
        type="date"
        aria-label={t`From`}
        defaultValue={period.from}
        max={period.to}
        onChange={(event) => set({ from: event.target.value })}
        className={`${CONTROL} min-h-10 w-auto! px-2! text-sm`}
      />
      <span aria-hidden="true">–</span>
      <input
        key={`to ${period.to}`}
        type="date"
        aria-label={t`Up to and with`}
        defaultValue={period.to}
        min={period.from}
        onChange={(event) => set({ to: event.target.value })}
        className={`${CONTROL} min-h-10 w-auto! px-2! text-sm`}
      />
    </div>
  )
}
