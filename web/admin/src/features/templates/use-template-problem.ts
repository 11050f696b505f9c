// Owns the sentences for a text that does not render: which field, which line, and what is wrong there.
import { useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import type { Draft } from './api.ts'

const FIELDS: ReadonlyArray<keyof Draft> = ['subject', 'heading', 'preview', 'body']

export interface TemplateProblem {
  field: keyof Draft
  message: string
}

export function useTemplateProblem(): (error: unknown) => TemplateProblem | undefined {
  const { t } = useLingui()
  return (error) => {
    if (!(error instanceof ProblemError)) return undefined
    const [problem] = error.errors
    const field = FIELDS.find((known) => known === problem?.field)
    if (!problem || !field) return undefined
    if (problem.code === 'required') return { field, message: t`This must not be empty.` }
    if (problem.code === 'length') return { field, message: t`This is too long.` }
    const line = Number(error.body['line'] ?? 1)
    const isUnknown = problem.message.includes('undefined')
    return {
      field,
      message: isUnknown
        ? t`Line ${line} uses a variable that this message does not have.`
        : t`Line ${line} cannot be read: check the braces and quotes.`,
    }
  }
}
