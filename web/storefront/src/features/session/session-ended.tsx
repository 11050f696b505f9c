// Owns the end of a session in the middle of something: one signs in again over the page, and what was typed is still there.
import { Trans, useLingui } from '@lingui/react/macro'
import { session } from '@rialto/api/client.ts'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { PasswordInput } from '@rialto/ui/password-input.tsx'
import { Link, useLocation, useRouter } from '@tanstack/react-router'
import { useEffect, useId, useState } from 'react'
import { useForm } from '#lib/form.ts'
import { useUser } from '#lib/session.ts'
import { useLogin } from './api.ts'
import { TEXT_LINK } from './entrance.tsx'
import { useSessionWords } from './use-session-words.ts'

export function SessionEnded() {
  const router = useRouter()
  const { email } = useUser()
  const [isOpen, setOpen] = useState(false)
  useEffect(
    () =>
      session.listen({
        started: () => setOpen(false),
        ended: (how) => setOpen(how === 'expired'),
      }),
    [],
  )
  // What could not be loaded meanwhile is asked for again.
  return isOpen && <SignInAgain email={email} onBack={() => router.invalidate()} onClose={() => setOpen(false)} />
}

interface SignInAgainProps {
  email: string
  onBack: () => void
  onClose: () => void
}

function SignInAgain({ email, onBack, onClose }: SignInAgainProps) {
  const { t } = useLingui()
  const here = useLocation({ select: ({ href }) => href })
  const login = useLogin()
  const words = useSessionWords()
  const formId = useId()
  const form = useForm({
    check: ({ 'again-password': password }) => ({ 'again-password': !password && t`Enter your password.` }),
    send: async ({ 'again-password': password = '' }) => {
      await login.mutateAsync({ email, password })
      onBack()
    },
    explain: (error) => [
      {
        name: 'again-password',
        message:
          error instanceof ProblemError && error.code === 'invalid_credentials'
            ? t`This is not the password of this account.`
            : words.general(error).message,
      },
    ],
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={t`You have been signed out`}
      actions={
        <Button type="submit" form={formId} busy={form.isSending}>
          {form.isSending ? t`Signing in…` : t`Sign in and go on`}
        </Button>
      }
    >
      <form {...form.props} id={formId} className="grid gap-5">
        <p>
          <Trans>
            Your session has ended. What you typed is still here: sign in again as{' '}
            <strong className="font-semibold">{email}</strong> to go on.
          </Trans>
        </p>
        <input type="hidden" name="username" autoComplete="username" value={email} />
        <Field name="again-password" label={t`Password`} error={form.errorOf('again-password')}>
          {(wiring) => (
            <PasswordInput {...wiring} name="again-password" autoComplete="current-password" required autoFocus />
          )}
        </Field>
        <Link to="/login" search={{ next: here }} className={`${TEXT_LINK} justify-self-start`}>
          <Trans>Sign in with another account</Trans>
        </Link>
      </form>
    </Dialog>
  )
}
