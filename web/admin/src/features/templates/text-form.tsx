// Owns the form of a text, and its variables, which a press puts where the cursor is.

import { zodResolver } from '@hookform/resolvers/zod'
import { useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { ErrorSummary } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input, Textarea } from '@rialto/ui/input.tsx'
import { type ReactNode, useMemo, useRef } from 'react'
import { type UseFormReturn, useForm } from 'react-hook-form'
import { formErrors } from '#lib/form/form-errors.ts'
import { z } from '#lib/form/zod.ts'
import type { Draft, Template } from './api.ts'
import { VariablesCard } from './variables-card.tsx'

export type TextFormHandle = UseFormReturn<Draft>

export function useTextForm(values: Draft): TextFormHandle {
  const { t } = useLingui()
  const schema = useMemo(() => {
    const line = z.string().trim().min(1, t`This must not be empty.`)
    return z.object({ subject: line, heading: line, preview: line, body: line })
  }, [t])
  return useForm<Draft>({ resolver: zodResolver(schema), defaultValues: values })
}

interface TextFormProps {
  form: TextFormHandle
  template: Template
  readOnly: boolean
  failure: string | undefined
  onSubmit: (draft: Draft) => void
  children: ReactNode
}

export function TextForm({ form, template, readOnly, failure, onSubmit, children }: TextFormProps) {
  const { t } = useLingui()
  const last = useRef<HTMLInputElement | HTMLTextAreaElement>(null)
  const { errors, submitCount } = form.formState
  const problems = [...formErrors(errors), ...(failure ? [{ message: failure }] : [])]
  const lines = [
    ['subject', t`Subject`, undefined],
    ['heading', t`Heading`, t`The title inside of the message.`],
    ['preview', t`Preview line`, t`What mail programs show beside the subject.`],
  ] as const

  function insert(variable: string) {
    const field = last.current ?? document.querySelector<HTMLTextAreaElement>('textarea[name=body]')
    if (!field) return
    field.setRangeText(`{{ ${variable} }}`, field.selectionStart ?? 0, field.selectionEnd ?? 0, 'end')
    form.setValue(field.name as keyof Draft, field.value, { shouldDirty: true })
    field.focus()
  }

  return (
    <form noValidate onSubmit={form.handleSubmit(onSubmit)} className="grid min-w-0 grid-cols-1 gap-5">
      <ErrorSummary errors={problems} attempt={submitCount} />
      <Card title={t`Text`}>
        <fieldset
          disabled={readOnly}
          className="grid gap-4"
          onFocus={({ target }) => {
            if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) last.current = target
          }}
        >
          {lines.map(([name, label, hint]) => (
            <Field key={name} name={name} label={label} hint={hint} error={errors[name]?.message}>
              {(wiring) => <Input {...wiring} {...form.register(name)} autoComplete="off" />}
            </Field>
          ))}
          <Field
            name="body"
            label={t`Body`}
            hint={t`Paragraphs stand between empty lines. **Two stars** make strong.`}
            error={errors.body?.message}
          >
            {(wiring) => (
              <Textarea {...wiring} {...form.register('body')} rows={16} spellCheck className="font-mono text-sm" />
            )}
          </Field>
        </fieldset>
      </Card>
      <VariablesCard variables={template.variables} onInsert={readOnly ? undefined : insert} />
      {children}
    </form>
  )
}
