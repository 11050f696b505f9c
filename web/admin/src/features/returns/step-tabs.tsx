// Owns the choice of the step that the shown returns wait at.
import { useLingui } from '@lingui/react/macro'
import { classes } from '@rialto/ui/classes.ts'
import { RETURN_STATUSES, type ReturnStatus } from './api.ts'
import { RETURN_WORDS } from './return-words.tsx'

interface StepTabsProps {
  value: ReturnStatus | undefined
  onChange: (status: ReturnStatus | undefined) => void
}

export function StepTabs({ value, onChange }: StepTabsProps) {
  const { t, i18n } = useLingui()
  const steps = [undefined, ...RETURN_STATUSES] as const
  return (
    <fieldset>
      <legend className="sr-only">{t`Step`}</legend>
      <div className="flex flex-wrap gap-2">
        {steps.map((status) => (
          <button
            key={status ?? 'all'}
            type="button"
            aria-pressed={status === value}
            onClick={() => onChange(status)}
            className={classes(
              'min-h-9 rounded-full border px-3 text-sm',
              status === value ? 'border-ink bg-ink text-on-ink' : 'border-edge hover:border-ink hover:bg-sunken',
            )}
          >
            {status ? i18n._(RETURN_WORDS[status].word) : t`All`}
          </button>
        ))}
      </div>
    </fieldset>
  )
}
