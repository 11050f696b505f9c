// Owns the behaviour of short forms: checked when sent, late while typing, mended at once, refused in words.
import type { FormError } from '@rialto/ui/error-summary.tsx'
import { type FocusEvent, type FormEvent, useRef, useState } from 'react'

/** What was typed, by the names of the fields. */
export type Values = Readonly<Record<string, string>>
/** What is wrong, by the names of the fields. */
export type Issues = Readonly<Record<string, string | false | undefined>>

interface FormRules {
  check: (values: Values) => Issues
  send: (values: Values, form: HTMLFormElement) => Promise<unknown>
  /** The words for a refusal by the shop. */
  explain: (error: Error) => readonly FormError[]
}

/** Spread `props` onto the form; `errors` and `attempt` go into the ErrorSummary, `errorOf` to the fields. */
export function useForm({ check, send, explain }: FormRules) {
  const [errors, setErrors] = useState<readonly FormError[]>([])
  const [attempt, setAttempt] = useState(0)
  const [isSending, setSending] = useState(false)
  const changed = useRef(new Set<string>())

  async function submit(form: HTMLFormElement) {
    if (isSending) return
    const values = valuesOf(form)
    let found: readonly FormError[] = errorsOf(check(values))
    if (found.length === 0) {
      setSending(true)
      try {
        await send(values, form)
        changed.current.clear()
      } catch (error) {
        if (!(error instanceof Error)) throw error
        found = explain(error)
      } finally {
        setSending(false)
      }
    }
    setErrors(found)
    setAttempt((count) => count + 1)
  }

  return {
    errors,
    attempt,
    isSending,
    errorOf: (name: string) => errors.find((error) => error.name === name)?.message,
    props: {
      noValidate: true,
      onSubmit: (event: FormEvent<HTMLFormElement>) => {
        event.preventDefault()
        submit(event.currentTarget)
      },
      onInput: ({ target }: FormEvent<HTMLFormElement>) => {
        const name = nameOf(target)
        if (!name) return
        changed.current.add(name)
        setErrors((before) => (before.some((error) => error.name === name) ? without(before, name) : before))
      },
      onBlur: ({ target, currentTarget }: FocusEvent<HTMLFormElement>) => {
        const name = nameOf(target)
        const values = valuesOf(currentTarget)
        // What is missing shows when the form is sent, not while somebody is on the way through it.
        if (!name || !values[name] || !changed.current.has(name)) return
        const message = check(values)[name]
        if (message) setErrors((before) => [...without(before, name), { name, message }])
      },
    },
  }
}

/** Close enough to see a slip of the keyboard; whether mail arrives there, only mail can tell. */
export function looksLikeEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(text.trim())
}

function valuesOf(form: HTMLFormElement): Values {
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]))
}

function errorsOf(issues: Issues): FormError[] {
  return Object.entries(issues).flatMap(([name, message]) => (message ? [{ name, message }] : []))
}

function without(errors: readonly FormError[], name: string): readonly FormError[] {
  return errors.filter((error) => error.name !== name)
}

function nameOf(target: EventTarget): string | undefined {
  return target instanceof HTMLElement ? (target.getAttribute('name') ?? undefined) : undefined
}
