// Owns the choice of one to five stars, by pointer and by arrow keys.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { FieldError, fieldId } from '@rialto/ui/field.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Star } from 'lucide-react'

const STARS = [1, 2, 3, 4, 5] as const

interface StarChoiceProps {
  value: number | undefined
  onChange: (stars: number) => void
  error: string | undefined
}

export function StarChoice({ value = 0, onChange, error }: StarChoiceProps) {
  const { t } = useLingui()
  const id = fieldId('rating')
  return (
    <fieldset
      id={id}
      tabIndex={-1}
      aria-describedby={error ? `${id}-error` : undefined}
      className="grid gap-1 outline-none"
    >
      <legend className="mb-1 font-medium">
        <Trans>Your rating</Trans>
      </legend>
      <div className="-ms-2 flex">
        {STARS.map((stars) => (
          <label
            key={stars}
            className="grid size-11 cursor-pointer place-items-center rounded-control has-focus-visible:outline-2 has-focus-visible:outline-focus"
          >
            <input
              type="radio"
              name="rating"
              value={stars}
              checked={value === stars}
              onChange={() => onChange(stars)}
              className="sr-only"
            />
            <Icon of={Star} size={28} className={stars <= value ? 'fill-accent text-accent' : 'text-edge'} />
            <span className="sr-only">{t`${plural(stars, { one: '# star', other: '# stars' })}`}</span>
          </label>
        ))}
      </div>
      <FieldError id={`${id}-error`}>{error}</FieldError>
    </fieldset>
  )
}
