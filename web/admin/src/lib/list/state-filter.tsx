// Owns the choice of one state that a list is narrowed to.
import { useLingui } from '@lingui/react/macro'
import { Field } from '@rialto/ui/field.tsx'
import { Select } from '@rialto/ui/select.tsx'
import type { Words } from '#lib/words.tsx'

interface StateFilterProps<State extends string> {
  name: string
  label: string
  states: readonly State[]
  words: Words<State>
  value: State | undefined
  /** `undefined`: any state. */
  onChange: (state: State | undefined) => void
  className?: string
}

export function StateFilter<State extends string>(props: StateFilterProps<State>) {
  const { name, label, states, words, value, onChange, className } = props
  const { t, i18n } = useLingui()
  return (
    <Field name={name} label={label} className={className}>
      {(wiring) => (
        <Select
          {...wiring}
          value={value ?? ''}
          onChange={(event) => onChange(states.find((state) => state === event.target.value))}
        >
          <option value="">{t`Any`}</option>
          {states.map((state) => (
            <option key={state} value={state}>
              {i18n._(words[state].word)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}
