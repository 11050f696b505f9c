// Owns where the shop's complaints about a zone appear in its form.
import { useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import type { FieldPath } from 'react-hook-form'
import { useFieldSentence } from '#lib/form/form-errors.ts'
import { fieldOfArea, type ZoneValues } from './zone-draft.ts'
import type { ZoneFormHandle } from './zone-form.tsx'

/** False when the failure is not about fields. */
export function useShowZoneProblems(form: ZoneFormHandle): (error: unknown, values: ZoneValues) => boolean {
  const { t } = useLingui()
  const general = useFieldSentence()
  return (error, values) => {
    if (!(error instanceof ProblemError)) return false
    for (const problem of error.errors) {
      const [, index, name] = /^areas\[(\d+)\](?:\.(\w+))?$/.exec(problem.field) ?? []
      const isPattern = name === 'postal_code' && problem.code === 'invalid'
      const message = isPattern
        ? t`Write one postcode, a beginning such as 35*, or a range such as 35000-38999.`
        : general(problem)
      const place = index === undefined ? problem.field : fieldOfArea(Number(index), values)
      const part = name === 'postal_code' ? 'postalCode' : (name ?? 'country')
      form.setError(
        (place.startsWith('parts')
          ? `${place}.${part}`
          : place === 'areas'
            ? 'countries'
            : place) as FieldPath<ZoneValues>,
        {
          type: 'server',
          message,
        },
      )
    }
    return error.errors.length > 0
  }
}
