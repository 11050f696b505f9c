// Owns yes-or-no choices, and one of a few.
import { type InputHTMLAttributes, type ReactNode, type Ref, useId } from 'react'
import { classes } from './classes.ts'
import { FieldError, fieldId } from './field.tsx'

interface ChoiceProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'type'> {
  label: ReactNode
  hint?: ReactNode
  /** What stands at the end of the line: a price, a count. */
  aside?: ReactNode
  ref?: Ref<HTMLInputElement>
}

function Choice({ kind, label, hint, aside, className, ...rest }: ChoiceProps & { kind: 'checkbox' | 'radio' }) {
  const id = useId()
  return (
    <label className={classes('flex min-h-11 cursor-pointer items-start gap-3 py-2.5', className)}>
      <input type={kind} aria-describedby={hint ? id : undefined} {...rest} className="mt-0.5 size-5 shrink-0" />
      <span className="grow">
        {label}
        {hint && (
          <span id={id} className="block text-sm text-soft">
            {hint}
          </span>
        )}
      </span>
      {aside && <span className="shrink-0 text-end">{aside}</span>}
    </label>
  )
}

export function Checkbox(props: ChoiceProps) {
  return <Choice kind="checkbox" {...props} />
}

/** One of a RadioGroup; give all of a group the same `name`. */
export function Radio(props: ChoiceProps) {
  return <Choice kind="radio" {...props} />
}

interface RadioGroupProps {
  name: string
  legend: ReactNode
  hint?: ReactNode
  error?: ReactNode
  children: ReactNode
}

export function RadioGroup({ name, legend, hint, error, children }: RadioGroupProps) {
  const id = fieldId(name)
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    // tabIndex: the error summary moves the focus here.
    <fieldset id={id} tabIndex={-1} aria-describedby={described || undefined} className="grid gap-1 outline-none">
      <legend className="mb-1 font-medium">{legend}</legend>
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-soft">
          {hint}
        </p>
      )}
      {children}
      <FieldError id={`${id}-error`}>{error}</FieldError>
    </fieldset>
  )
}
