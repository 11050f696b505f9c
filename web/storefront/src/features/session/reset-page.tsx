// Owns a forgotten password: asking for a letter, and with the link out of it, setting a new one.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, ButtonLink } from '@rialto/ui/button.tsx'
import { ErrorSummary } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { PasswordInput } from '@rialto/ui/password-input.tsx'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { looksLikeEmail, useForm } from '#lib/form.ts'
import { useForgotPassword, useResetPassword } from './api.ts'
import { Entrance, TEXT_LINK } from './entrance.tsx'
import { useSessionWords } from './use-session-words.ts'

export function AskForResetPage({ email: given = '' }: { email: string | undefined }) {
  const { t } = useLingui()
  const forgot = useForgotPassword()
  const words = useSessionWords()
  const [sentTo, setSentTo] = useState<string>()
  const form = useForm({
    check: ({ email = '' }) => ({ email: email ? !looksLikeEmail(email) && words.email.odd : words.email.missing }),
    send: async ({ email = '' }) => {
      await forgot.mutateAsync(email.trim())
      setSentTo(email.trim())
    },
    explain: (error) => [words.general(error)],
  })

  if (sentTo !== undefined) {
    return (
      <Entrance title={t`Look into your inbox`} others={<BackToLogin />}>
        <p role="status" className="text-lg">
          <Trans>
            If there is an account with <strong className="font-semibold">{sentTo}</strong>, a letter is on its way. The
            link in it works once, for 30 minutes.
          </Trans>
        </p>
        <p className="text-soft">
          <Trans>Nothing came? Look into the spam folder, or check the spelling of the address.</Trans>
        </p>
        <Button tone="outline" onClick={() => setSentTo(undefined)} className="justify-self-start">
          <Trans>Try another address</Trans>
        </Button>
      </Entrance>
    )
  }
  return (
    <Entrance
      title={t`Set a new password`}
      lead={t`Enter the e-mail address of your account. We send you a link.`}
      others={<BackToLogin />}
    >
      <ErrorSummary errors={form.errors} attempt={form.attempt} />
      <form {...form.props} className="grid gap-5">
        <Field name="email" label={t`E-mail`} error={form.errorOf('email')}>
          {(wiring) => (
            <Input {...wiring} name="email" type="email" autoComplete="username" required defaultValue={given} />
          )}
        </Field>
        <Button type="submit" busy={form.isSending}>
          {form.isSending ? t`Sending…` : t`Send the link`}
        </Button>
      </form>
    </Entrance>
  )
}

export function ResetPage({ token }: { token: string }) {
  const { t } = useLingui()
  const reset = useResetPassword()
  const words = useSessionWords()
  const form = useForm({
    check: ({ password }) => ({ password: !password && t`Enter a new password.` }),
    send: ({ password = '' }) => reset.mutateAsync({ token, password }),
    explain: (error) => [words.weakness(error, 'password') ?? words.general(error)],
  })

  if (reset.isSuccess) {
    return (
      <Entrance title={t`Your password is changed`}>
        <p role="status" className="text-lg">
          <Trans>You are signed out everywhere. Sign in with the new password.</Trans>
        </p>
        <ButtonLink to="/login" className="justify-self-start">
          <Trans>Sign in</Trans>
        </ButtonLink>
      </Entrance>
    )
  }
  const isWeak = reset.error && words.weakness(reset.error, 'password')
  const deadLink = !isWeak && words.deadLink(reset.error)
  if (deadLink) {
    return (
      <Entrance title={t`This link does not work any more`} lead={deadLink} others={<BackToLogin />}>
        <ButtonLink to="/reset" className="justify-self-start" onClick={() => reset.reset()}>
          <Trans>Ask for a new link</Trans>
        </ButtonLink>
      </Entrance>
    )
  }
  return (
    <Entrance title={t`Choose a new password`}>
      <ErrorSummary errors={form.errors} attempt={form.attempt} />
      <form {...form.props} className="grid gap-5">
        <Field
          name="password"
          label={t`New password`}
          hint={t`12 characters or more. A few words that do not belong together are a good one.`}
          error={form.errorOf('password')}
        >
          {(wiring) => <PasswordInput {...wiring} name="password" autoComplete="new-password" required />}
        </Field>
        <Button type="submit" busy={form.isSending}>
          {form.isSending ? t`Saving…` : t`Save the password`}
        </Button>
      </form>
    </Entrance>
  )
}

function BackToLogin() {
  return (
    <Link to="/login" className={TEXT_LINK}>
      <Trans>Back to signing in</Trans>
    </Link>
  )
}
