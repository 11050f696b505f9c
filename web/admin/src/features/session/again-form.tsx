// Owns the form of signing in again: the same person, by password. Loaded when a session ends, not with every page.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { ErrorSummary } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { profileQuery, useLogin } from '#lib/session.ts'
import { useLoginProblems } from './use-login-problems.ts'

// biome-ignore lint/style/noDefaultExport: React.lazy takes default exports.
export default function AgainForm() {
  const { t } = useLingui()
  const queryClient = useQueryClient()
  const router = useRouter()
  const { data: user } = useQuery(profileQuery)
  const login = useLogin()
  const problemsOf = useLoginProblems('again-password')
  const [attempt, setAttempt] = useState(0)
  const password = useRef<HTMLInputElement>(null)
  // The form comes after the dialog has chosen what has the focus.
  useEffect(() => password.current?.focus(), [])
  const email = user?.email ?? ''

  function submit(form: FormData) {
    setAttempt((count) => count + 1)
    login.mutate(
      { email, password: String(form.get('password')) },
      {
        onSuccess: () => {
          // What failed meanwhile is asked for again; forms keep what they hold.
          queryClient.invalidateQueries()
          router.invalidate()
        },
      },
    )
  }

  return (
    <form
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault()
        submit(new FormData(event.currentTarget))
      }}
    >
      <p>
        <Trans>Nothing you typed is lost. Sign in again and go on where you were.</Trans>
      </p>
      <ErrorSummary errors={problemsOf(login.error)} attempt={attempt} />
      <Field name="again-email" label={t`E-mail`}>
        {(wiring) => <Input {...wiring} type="email" autoComplete="username" value={email} readOnly />}
      </Field>
      <Field name="again-password" label={t`Password`}>
        {(wiring) => (
          <Input {...wiring} name="password" type="password" autoComplete="current-password" required ref={password} />
        )}
      </Field>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <Link to="/login" className="inline-flex min-h-11 items-center underline underline-offset-4">
          <Trans>Sign in as somebody else</Trans>
        </Link>
        <Button type="submit" busy={login.isPending}>
          {login.isPending ? t`Signing in…` : t`Sign in`}
        </Button>
      </div>
    </form>
  )
}
