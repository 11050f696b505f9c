// Owns what is said when a product could not be saved and no field is to blame.
import { useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { ErrorState } from '@rialto/ui/error-state.tsx'

interface SaveFailureProps {
  error: Error | null
  /** The conflict dialog asks already. */
  isConflict: boolean
  /** The error summary tells already. */
  hasFields: boolean
}

export function SaveFailure({ error, isConflict, hasFields }: SaveFailureProps) {
  const { t } = useLingui()
  if (!error || isConflict || hasFields) return null
  const code = error instanceof ProblemError ? error.code : undefined
  return (
    <ErrorState error={error} title={t`The product is not saved`}>
      {code === 'sku_taken' && t`Another product has one of these SKUs. Each SKU exists once in the shop.`}
      {code === 'stale' && t`It was changed meanwhile. Save again to see what is different.`}
    </ErrorState>
  )
}
