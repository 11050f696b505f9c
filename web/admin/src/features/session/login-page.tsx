// Owns signing in to the admin.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { ErrorSummary, type FormError } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useDocumentTitle } from '@rialto/ui/use-document-title.ts'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { isStaff, useLogin } from '#lib/session.ts'
import { useLoginProblems } from './use-login-problems.ts'

export function LoginPage({ next }: { next: string }) {
  const { t } = useLingui()
  const router = useRouter()
  const login = useLogin()
  const problemsOf = useLoginProblems('email')
  const [attempt, setAttempt] = useState(0)
  useDocumentTitle(t`Sign in`, 'Rialto admin')

  function problems(): FormError[] {
    if (login.data && !isStaff(login.data.user)) return [{ message: t`This account may shop, but not run the shop.` }]
    return problemsOf(login.error)
  }

  function submit(form: FormData) {
    setAttempt((count) => count + 1)
    login.mutate(
      { email: String(form.get('email')), password: String(form.get('password')) },
      { onSuccess: ({ user }) => isStaff(user) && router.history.push(next) },
    )
  }

  return (
    <main className="mx-auto grid min-h-dvh max-w-md content-center gap-6 p-6">
      <h1 className="text-3xl">
        <Trans>Sign in to run the shop</Trans>
      </h1>
      <ErrorSummary errors={problems()} attempt={attempt} />
      <form
        className="grid gap-5 rounded-card border border-line bg-card p-6"
        onSubmit={(event) => {
          event.preventDefault()
          submit(new FormData(event.currentTarget))
        }}
      >
        <Field name="email" label={t`E-mail`}>
          {(wiring) => <Input {...wiring} name="email" type="email" autoComplete="username" required />}
        </Field>
        <Field name="password" label={t`Password`}>
          {(wiring) => <Input {...wiring} name="password" type="password" autoComplete="current-password" required />}
        </Field>
        <Button type="submit" busy={login.isPending}>
          {login.isPending ? t`Signing in…` : t`Sign in`}
        </Button>
      </form>
    </main>
  )
}
