// Owns the way from what is wrong in a form to the list above it, whoever found it: the page or the shop.
import { useLingui } from '@lingui/react/macro'
import { type FieldProblem, fieldProblems, ProblemError } from '@rialto/api/problem.ts'
import type { FormError } from '@rialto/ui/error-summary.tsx'
import type { FieldErrors, FieldPath, FieldValues, UseFormReturn } from 'react-hook-form'

/** What a form's errors say, by the names that its fields have. */
export function formErrors(errors: FieldErrors, path = ''): FormError[] {
  return Object.entries(errors).flatMap(([key, value]): FormError[] => {
    if (typeof value !== 'object' || value === null) return []
    const name = key === 'root' ? path : path ? `${path}.${key}` : key
    if ('message' in value && typeof value.message === 'string') {
      return [{ ...(name && { name }), message: value.message }]
    }
    return 'ref' in value ? [] : formErrors(value as FieldErrors, name)
  })
}

/** The sentence for what the shop found wrong with a field. */
export function useFieldSentence(): (problem: FieldProblem) => string {
  const { t } = useLingui()
  return ({ code }) => {
    if (code === 'required') return t`This must not be empty.`
    if (code === 'length') return t`This is too short or too long.`
    if (code === 'out_of_range') return t`This number is too small or too large.`
    if (code === 'unknown_country') return t`This is no country.`
    if (code === 'not_ascending') return t`Each step must end above the one before it.`
    if (code === 'repeated') return t`This stands in the list twice.`
    return t`The shop does not accept this. Please check it.`
  }
}

/**
 * Puts the shop's complaints about fields at those fields. False when the failure is about something else, which the
 * page then explains itself.
 */
export function useShowFieldProblems<Values extends FieldValues>(
  form: UseFormReturn<Values, unknown, FieldValues>,
  rename: Readonly<Record<string, string>> = {},
): (error: unknown, sentences?: Readonly<Record<string, string>>) => boolean {
  const general = useFieldSentence()
  return (error, sentences = {}) => {
    if (!(error instanceof ProblemError)) return false
    const problems = fieldProblems(error, rename)
    for (const [name, problem] of problems) {
      const message = sentences[problem.code] ?? general(problem)
      form.setError(name as FieldPath<Values>, { type: 'server', message })
    }
    return problems.size > 0
  }
}
