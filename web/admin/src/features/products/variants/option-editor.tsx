// Owns one option while it is edited: its name, its values, its place among the others.
import { useLingui } from '@lingui/react/macro'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { OrderButtons } from '#lib/form/order-buttons.tsx'
import { TokenInput } from '#lib/form/token-input.tsx'
import type { EditedOption } from './plan.ts'

interface OptionEditorProps {
  option: EditedOption
  index: number
  isLast: boolean
  onChange: (change: Partial<EditedOption>) => void
  onMove: (by: -1 | 1) => void
  onRemove: () => void
}

export function OptionEditor({ option, index, isLast, onChange, onMove, onRemove }: OptionEditorProps) {
  const { t } = useLingui()
  const name = option.name || t`Option ${index + 1}`
  return (
    <fieldset className="grid gap-3 rounded-control border border-line p-4 sm:grid-cols-[11rem_1fr_auto] sm:items-end">
      <legend className="sr-only">{name}</legend>
      <Field name={`option-${index}-name`} label={t`Option`}>
        {(wiring) => (
          <Input
            {...wiring}
            value={option.name}
            maxLength={50}
            placeholder={t`Size`}
            autoComplete="off"
            autoFocus={option.name === ''}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        )}
      </Field>
      <Field name={`option-${index}-values`} label={t`Values`}>
        {(wiring) => (
          <TokenInput
            wiring={wiring}
            value={option.values}
            placeholder={t`Small, Medium, Large`}
            onChange={(values) => onChange({ values })}
          />
        )}
      </Field>
      <div className="flex">
        <OrderButtons name={name} isFirst={index === 0} isLast={isLast} onMove={onMove} onRemove={onRemove} />
      </div>
    </fieldset>
  )
}
