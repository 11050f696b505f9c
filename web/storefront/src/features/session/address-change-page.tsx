// Owns the two links of a change of address: to the new one, which confirms it, and to the old one, which takes it back.
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button, ButtonLink } from '@rialto/ui/button.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { type AddressChange, useAddressChange } from './api.ts'
import { Entrance } from './entrance.tsx'
import { useSessionWords } from './use-session-words.ts'

interface AddressChangePageProps {
  change: AddressChange
  token: string
}

/** Each link works once, so that a program which only looks at links must not use it up: a person presses the button. */
export function AddressChangePage({ change, token }: AddressChangePageProps) {
  const { t } = useLingui()
  const words = useSessionWords()
  const carryOut = useAddressChange(change)
  const isUndo = change === 'undo'
  const deadLink = words.deadLink(carryOut.error)

  if (carryOut.isSuccess) {
    return (
      <Entrance title={isUndo ? t`Your old address is back` : t`Your new address counts from now on`}>
        <p role="status" className="text-lg text-soft">
          {isUndo ? (
            <Trans>
              You are signed out everywhere, and we have sent you a link to set a new password: whoever made the change
              may know the old one.
            </Trans>
          ) : (
            <Trans>Sign in with it next time. We have told the old address, too.</Trans>
          )}
        </p>
        <ButtonLink to={isUndo ? '/' : '/account'} className="justify-self-start">
          {isUndo ? <Trans>Go to the shop</Trans> : <Trans>Go to your account</Trans>}
        </ButtonLink>
      </Entrance>
    )
  }
  if (deadLink) {
    return (
      <Entrance title={t`This link does not work any more`} lead={deadLink}>
        <ButtonLink to="/account" className="justify-self-start">
          <Trans>Go to your account</Trans>
        </ButtonLink>
      </Entrance>
    )
  }
  return (
    <Entrance
      title={isUndo ? t`Take the change back?` : t`Confirm your new address`}
      lead={
        isUndo
          ? t`The e-mail address of your account was changed. If that was not you, take it back here.`
          : t`With this, you sign in and get your mail at the new address.`
      }
    >
      {carryOut.error && (
        <ErrorState error={carryOut.error} title={t`The address was not changed`}>
          {carryOut.error instanceof ProblemError && carryOut.error.code === 'email_taken'
            ? t`Another account has this address by now.`
            : words.general(carryOut.error).message}
        </ErrorState>
      )}
      <Button busy={carryOut.isPending} onClick={() => carryOut.mutate(token)} className="justify-self-start">
        {isUndo ? <Trans>Take it back and sign out everywhere</Trans> : <Trans>Confirm the address</Trans>}
      </Button>
    </Entrance>
  )
}
