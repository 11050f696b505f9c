// Owns making an account: three fields, and nothing that could be asked later.
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Checkbox } from '@rialto/ui/checkbox.tsx'
import { ErrorSummary, type FormError } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { PasswordInput } from '@rialto/ui/password-input.tsx'
import { Link, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { looksLikeEmail, useForm } from '#lib/form.ts'
import { useRegister } from './api.ts'
import { Entrance, TEXT_LINK } from './entrance.tsx'
import { useSessionWords } from './use-session-words.ts'

const PASSWORD_MIN = 12

interface RegisterPageProps {
  next: string | undefined
  email: string | undefined
}

export function RegisterPage({ next, email: given = '' }: RegisterPageProps) {
  const { t, i18n } = useLingui()
  const router = useRouter()
  const register = useRegister()
  const words = useSessionWords()
  const [taken, setTaken] = useState<string>()

  const form = useForm({
    check: ({ name = '', email = '', password = '' }) => ({
      name: !name.trim() && t`Enter your name.`,
      email: email ? !looksLikeEmail(email) && words.email.odd : words.email.missing,
      password:
        [...password].length < PASSWORD_MIN &&
        t`Make the password longer: at least 12 characters. A few words are easy to remember.`,
    }),
    send: async ({ name = '', email = '', password = '', marketing }) => {
      const person = { name: name.trim(), email: email.trim(), password, locale: i18n.locale }
      setTaken(undefined)
      try {
        await register.mutateAsync({ ...person, marketing_consent: marketing === 'on' })
      } catch (error) {
        if (error instanceof ProblemError && error.code === 'email_taken') setTaken(person.email)
        throw error
      }
      await router.navigate({ href: next ?? '/account', replace: true })
    },
    explain: (error) => [refusal(error)],
  })

  function refusal(error: Error): FormError {
    if (error instanceof ProblemError && error.code === 'email_taken') {
      return { name: 'email', message: t`There is an account with this e-mail address already.` }
    }
    const weakness = words.weakness(error, 'password')
    if (weakness) return weakness
    if (error instanceof ProblemError && error.errors.some(({ field }) => field === 'email')) {
      return { name: 'email', message: words.email.odd }
    }
    return words.general(error)
  }

  return (
    <Entrance
      title={t`Create an account`}
      lead={t`Your orders, returns and addresses in one place.`}
      others={
        <p className="text-soft">
          <Trans>
            You have an account?{' '}
            <Link to="/login" search={{ next }} className={`${TEXT_LINK} text-ink`}>
              Sign in
            </Link>
          </Trans>
        </p>
      }
    >
      <ErrorSummary errors={form.errors} attempt={form.attempt} />
      {taken && (
        <p className="flex flex-wrap gap-x-5">
          <Link to="/login" search={{ next, email: taken }} className={TEXT_LINK}>
            <Trans>Sign in with it</Trans>
          </Link>
          <Link to="/reset" search={{ email: taken }} className={TEXT_LINK}>
            <Trans>Set a new password</Trans>
          </Link>
        </p>
      )}
      <form {...form.props} className="grid gap-5">
        <Field name="email" label={t`E-mail`} error={form.errorOf('email')}>
          {(wiring) => (
            <Input {...wiring} name="email" type="email" autoComplete="username" required defaultValue={given} />
          )}
        </Field>
        <Field name="name" label={t`Name`} error={form.errorOf('name')}>
          {(wiring) => <Input {...wiring} name="name" autoComplete="name" required maxLength={200} />}
        </Field>
        <Field
          name="password"
          label={t`Password`}
          hint={t`12 characters or more. A few words that do not belong together are a good one.`}
          error={form.errorOf('password')}
        >
          {(wiring) => <PasswordInput {...wiring} name="password" autoComplete="new-password" required />}
        </Field>
        <Checkbox
          name="marketing"
          label={t`Write to me about new things and offers`}
          hint={t`Now and then. Every such mail has a link to stop them.`}
        />
        <Button type="submit" busy={form.isSending}>
          {form.isSending ? t`Creating your account…` : t`Create account`}
        </Button>
      </form>
    </Entrance>
  )
}
