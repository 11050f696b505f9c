// Owns the dialog over a page whose session ended: signing in again keeps everything that was typed.
import { Trans, useLingui } from '@lingui/react/macro'
import { session } from '@rialto/api/client.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { Skeleton } from '@rialto/ui/skeleton.tsx'
import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useState } from 'react'
import { profileQuery } from '#lib/session.ts'

const AgainForm = lazy(() => import('./again-form.tsx'))

export function SignInAgain() {
  const { t } = useLingui()
  const queryClient = useQueryClient()
  const [isOver, setOver] = useState(false)
  const [isAsking, setAsking] = useState(false)

  useEffect(
    () =>
      session.listen({
        ended: () => {
          // Nobody in the cache: they signed out themselves.
          const wasSignedIn = Boolean(queryClient.getQueryData(profileQuery.queryKey))
          setOver(wasSignedIn)
          setAsking(wasSignedIn)
        },
        started: () => {
          setOver(false)
          setAsking(false)
        },
      }),
    [queryClient],
  )

  return (
    <>
      {isOver && !isAsking && (
        <p className="fixed inset-x-0 top-0 z-40 flex flex-wrap items-center justify-center gap-3 bg-warn-soft p-2">
          <Trans>You are signed out.</Trans>
          <Button size="small" onClick={() => setAsking(true)}>
            <Trans>Sign in again</Trans>
          </Button>
        </p>
      )}
      <Dialog open={isAsking} onClose={() => setAsking(false)} title={t`Your session has ended`}>
        <Suspense fallback={<Skeleton className="h-64" />}>
          <AgainForm />
        </Suspense>
      </Dialog>
    </>
  )
}
