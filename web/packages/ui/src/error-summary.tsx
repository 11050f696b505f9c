// Owns the list of what is wrong in a form after a try to send it: it takes the focus, and links to each field.
import { Plural } from '@lingui/react/macro'
import { type ReactNode, useEffect, useRef } from 'react'
import { fieldId } from './field.tsx'

export interface FormError {
  /** The field's name; without one the error concerns the whole form. */
  name?: string | undefined
  message: ReactNode
}

interface ErrorSummaryProps {
  errors: readonly FormError[]
  /** Counts the tries to send: each one brings the focus back here. */
  attempt: number
}

export function ErrorSummary({ errors, attempt }: ErrorSummaryProps) {
  const box = useRef<HTMLDivElement>(null)
  const answered = useRef<number>(undefined)
  // Once for each attempt; what was wrong with it may come a moment after it.
  useEffect(() => {
    if (!box.current || answered.current === attempt) return
    answered.current = attempt
    box.current.focus()
  })
  if (errors.length === 0) return null
  return (
    <div ref={box} role="alert" tabIndex={-1} className="rounded-card border-2 border-bad bg-card p-5">
      <h2 className="text-lg">
        <Plural value={errors.length} one="There is a problem" other="There are # problems" />
      </h2>
      <ul className="mt-2 grid gap-1">
        {errors.map(({ name, message }) => (
          <li key={name ?? 'form'}>{name ? <FieldLink name={name}>{message}</FieldLink> : message}</li>
        ))}
      </ul>
    </div>
  )
}

function FieldLink({ name, children }: { name: string; children: ReactNode }) {
  const id = fieldId(name)
  return (
    <a
      href={`#${id}`}
      className="font-medium text-bad underline underline-offset-4"
      onClick={(event) => {
        event.preventDefault()
        const field = document.getElementById(id)
        field?.focus()
        field?.scrollIntoView({ block: 'center' })
      }}
    >
      {children}
    </a>
  )
}
