// Owns the change of a password by somebody who knows the old one.
import { Trans, useLingui } from '@lingui/react/macro'
import { fieldProblems, ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { ErrorSummary, type FormError } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { PasswordInput } from '@rialto/ui/password-input.tsx'
import { useState } from 'react'
import { useForm } from '#lib/form.ts'
import { useUser } from '#lib/session.ts'
import { useChangePassword } from './api.ts'

const PASSWORD_MIN = 12

export function PasswordForm() {
  const { t } = useLingui()
  const { email } = useUser()
  const change = useChangePassword()
  const explain = useExplain()
  const [isOpen, setOpen] = useState(false)
  const form = useForm({
    check: ({ current_password, new_password = '' }) => ({
      current_password: !current_password && t`Enter the password you have now.`,
      new_password:
        [...new_password].length < PASSWORD_MIN &&
        t`Make the password longer: at least 12 characters. A few words are easy to remember.`,
    }),
    send: async ({ current_password = '', new_password = '' }) => {
      await change.mutateAsync({ current_password, new_password })
      setOpen(false)
    },
    explain: refusals,
  })

  function refusals(error: Error): FormError[] {
    const problems = fieldProblems(error)
    if (problems.has('current_password')) {
      return [{ name: 'current_password', message: t`This is not the password you have now.` }]
    }
    if (problems.has('new_password')) {
      return [
        {
          name: 'new_password',
          message: t`This password is easy to guess. Take a few words that do not belong together.`,
        },
      ]
    }
    if (error instanceof ProblemError && error.code === 'too_many_attempts') {
      return [{ message: t`Too many tries. Please wait a few minutes.` }]
    }
    return [{ message: explain(error) }]
  }

  if (!isOpen) {
    return (
      <div className="grid justify-items-start gap-4">
        <p role="status" className="empty:hidden">
          {change.isSuccess && t`Your password is changed, and you are signed out everywhere else.`}
        </p>
        <Button tone="outline" onClick={() => setOpen(true)}>
          <Trans>Change the password</Trans>
        </Button>
      </div>
    )
  }
  return (
    <form {...form.props} className="grid max-w-md gap-5">
      <ErrorSummary errors={form.errors} attempt={form.attempt} />
      <input type="hidden" name="username" autoComplete="username" value={email} />
      <Field name="current_password" label={t`Password now`} error={form.errorOf('current_password')}>
        {(wiring) => <PasswordInput {...wiring} name="current_password" autoComplete="current-password" required />}
      </Field>
      <Field
        name="new_password"
        label={t`New password`}
        hint={t`12 characters or more. A few words that do not belong together are a good one.`}
        error={form.errorOf('new_password')}
      >
        {(wiring) => <PasswordInput {...wiring} name="new_password" autoComplete="new-password" required />}
      </Field>
      <p className="text-sm text-soft">
        <Trans>You stay signed in here, and are signed out everywhere else.</Trans>
      </p>
      <div className="flex flex-wrap gap-3">
        <Button type="submit" busy={form.isSending}>
          {form.isSending ? t`Saving…` : t`Save the password`}
        </Button>
        <Button tone="quiet" onClick={() => setOpen(false)}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </form>
  )
}
