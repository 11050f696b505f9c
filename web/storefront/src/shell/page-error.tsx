// Owns the page that could not be loaded. What surrounds it keeps working.
import { Trans, useLingui } from '@lingui/react/macro'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { useDocumentTitle } from '@rialto/ui/use-document-title.ts'
import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { shopName } from '#lib/shop.ts'

export function PageError({ error, reset }: ErrorComponentProps) {
  const { t } = useLingui()
  const router = useRouter()
  const queries = useQueryErrorResetBoundary()
  useDocumentTitle(t`Error`, shopName)

  return (
    <div className="page grid max-w-2xl gap-5 py-16">
      <h1 className="text-3xl">
        <Trans>This page could not be loaded</Trans>
      </h1>
      <ErrorState
        error={error}
        title={<Trans>The shop did not answer as it should</Trans>}
        retry={() => {
          queries.reset()
          reset()
          router.invalidate()
        }}
      />
    </div>
  )
}
