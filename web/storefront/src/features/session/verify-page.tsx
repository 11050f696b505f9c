// Owns what the link in the letter to a new customer does: the address is proven at once.
import { Trans, useLingui } from '@lingui/react/macro'
import { ButtonLink } from '@rialto/ui/button.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useQuery } from '@tanstack/react-query'
import { verificationQuery } from './api.ts'
import { Entrance } from './entrance.tsx'
import { useSessionWords } from './use-session-words.ts'

export function VerifyPage({ token }: { token: string }) {
  const { t } = useLingui()
  const words = useSessionWords()
  const { isPending, error, refetch } = useQuery(verificationQuery(token))

  if (isPending) {
    return (
      <Entrance title={t`Confirming your address`}>
        <Loading>
          <Skeleton className="h-20" />
        </Loading>
      </Entrance>
    )
  }
  const deadLink = words.deadLink(error)
  if (deadLink) {
    return (
      <Entrance title={t`This link does not work any more`} lead={deadLink}>
        <p>
          <Trans>Sign in to have a new letter sent, if your address still waits to be confirmed.</Trans>
        </p>
        <ButtonLink to="/account" className="justify-self-start">
          <Trans>Go to your account</Trans>
        </ButtonLink>
      </Entrance>
    )
  }
  if (error) {
    return (
      <Entrance title={t`Confirming your address`}>
        <ErrorState error={error} title={t`Your address could not be confirmed`} retry={() => refetch()} />
      </Entrance>
    )
  }
  return (
    <Entrance title={t`Your address is confirmed`}>
      <p role="status" className="text-lg text-soft">
        <Trans>Thank you. Orders that you made with it as a guest are now in your account.</Trans>
      </p>
      <div className="flex flex-wrap gap-3">
        <ButtonLink to="/account">
          <Trans>Go to your account</Trans>
        </ButtonLink>
        <ButtonLink to="/" tone="outline">
          <Trans>Look around</Trans>
        </ButtonLink>
      </div>
    </Entrance>
  )
}
