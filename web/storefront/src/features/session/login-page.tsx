// Owns signing in; afterwards the person is where they were going.
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { ErrorSummary, type FormError } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { PasswordInput } from '@rialto/ui/password-input.tsx'
import { Link, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { looksLikeEmail, useForm } from '#lib/form.ts'
import { useLogin } from './api.ts'
import { Entrance, TEXT_LINK } from './entrance.tsx'
import { useSessionWords } from './use-session-words.ts'

interface LoginPageProps {
  next: string | undefined
  email: string | undefined
}

export function LoginPage({ next, email: given = '' }: LoginPageProps) {
  const { t } = useLingui()
  const router = useRouter()
  const login = useLogin()
  const words = useSessionWords()
  const [email, setEmail] = useState(given)

  const form = useForm({
    check: ({ email = '', password }) => ({
      email: email ? !looksLikeEmail(email) && words.email.odd : words.email.missing,
      password: !password && t`Enter your password.`,
    }),
    send: async ({ email = '', password = '' }) => {
      await login.mutateAsync({ email: email.trim(), password })
      await router.navigate({ href: next ?? '/account', replace: true })
    },
    explain: (error) => [refusal(error)],
  })

  function refusal(error: Error): FormError {
    const code = error instanceof ProblemError ? error.code : ''
    if (code === 'invalid_credentials') {
      return { name: 'password', message: t`This e-mail address and password do not belong together.` }
    }
    if (code === 'account_disabled') return { message: t`This account is closed. Please contact us.` }
    if (code === 'new_password_required') {
      return { message: t`Your role asks for a longer password. We have sent you a link to set one.` }
    }
    return words.general(error)
  }

  return (
    <Entrance
      title={t`Sign in`}
      lead={next?.startsWith('/account') && t`Sign in to go on to your account.`}
      others={
        <p className="text-soft">
          <Trans>
            New here?{' '}
            <Link to="/register" search={{ next, email: email || undefined }} className={`${TEXT_LINK} text-ink`}>
              Create an account
            </Link>
          </Trans>
        </p>
      }
    >
      <ErrorSummary errors={form.errors} attempt={form.attempt} />
      <form {...form.props} className="grid gap-5">
        <Field name="email" label={t`E-mail`} error={form.errorOf('email')}>
          {(wiring) => (
            <Input
              {...wiring}
              name="email"
              type="email"
              autoComplete="username"
              required
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field name="password" label={t`Password`} error={form.errorOf('password')}>
          {(wiring) => <PasswordInput {...wiring} name="password" autoComplete="current-password" required />}
        </Field>
        <div className="grid justify-items-start gap-2">
          <Button type="submit" busy={form.isSending} className="w-full">
            {form.isSending ? t`Signing in…` : t`Sign in`}
          </Button>
          <Link to="/reset" search={{ email: email || undefined }} className={TEXT_LINK}>
            <Trans>Forgot your password?</Trans>
          </Link>
        </div>
      </form>
    </Entrance>
  )
}
