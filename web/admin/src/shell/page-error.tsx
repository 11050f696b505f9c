// Owns the page that could not be loaded. What surrounds it keeps working.
import { useLingui } from '@lingui/react/macro'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { Page } from '#lib/page.tsx'

export function PageError({ error, reset }: ErrorComponentProps) {
  const { t } = useLingui()
  const router = useRouter()
  const queries = useQueryErrorResetBoundary()
  return (
    <Page title={t`This page could not be loaded`}>
      <ErrorState
        error={error}
        title={t`The shop did not answer as it should`}
        retry={() => {
          queries.reset()
          reset()
          router.invalidate()
        }}
      />
    </Page>
  )
}
