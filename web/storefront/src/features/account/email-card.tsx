// Owns the address one signs in with: whether it is confirmed, and changing it, which needs the password and a link.
import { Trans, useLingui } from '@lingui/react/macro'
import { fieldProblems, ProblemError } from '@rialto/api/problem.ts'
import { Badge } from '@rialto/ui/badge.tsx'
import { Button } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { ErrorSummary, type FormError } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { PasswordInput } from '@rialto/ui/password-input.tsx'
import { useState } from 'react'
import { looksLikeEmail, useForm } from '#lib/form.ts'
import { useUser } from '#lib/session.ts'
import { useChangeEmail } from './api.ts'

export function EmailCard() {
  const { t } = useLingui()
  const user = useUser()
  const [isOpen, setOpen] = useState(false)
  const [sentTo, setSentTo] = useState<string>()
  return (
    <Card title={<Trans>E-mail</Trans>}>
      <div className="grid justify-items-start gap-4">
        <p className="flex flex-wrap items-center gap-3">
          <bdi className="font-medium">{user.email}</bdi>
          <Badge tone={user.email_verified ? 'good' : 'warn'}>
            {user.email_verified ? t`Confirmed` : t`Not confirmed yet`}
          </Badge>
        </p>
        <p role="status" className="empty:hidden">
          {sentTo && t`We have sent a link to ${sentTo}. The new address counts once you open it.`}
        </p>
        {isOpen ? (
          <ChangeForm
            onSent={(email) => {
              setSentTo(email)
              setOpen(false)
            }}
            onCancel={() => setOpen(false)}
          />
        ) : (
          <Button tone="outline" onClick={() => setOpen(true)}>
            <Trans>Change the address</Trans>
          </Button>
        )}
      </div>
    </Card>
  )
}

function ChangeForm({ onSent, onCancel }: { onSent: (email: string) => void; onCancel: () => void }) {
  const { t } = useLingui()
  const change = useChangeEmail()
  const explain = useExplain()
  const form = useForm({
    check: ({ email = '', password }) => ({
      email: !looksLikeEmail(email) && t`Enter an e-mail address like name@example.com.`,
      password: !password && t`Enter your password.`,
    }),
    send: async ({ email = '', password = '' }) => {
      await change.mutateAsync({ email: email.trim(), password })
      onSent(email.trim())
    },
    explain: refusals,
  })

  function refusals(error: Error): FormError[] {
    const problems = fieldProblems(error)
    if (problems.has('password')) return [{ name: 'password', message: t`This is not your password.` }]
    if (problems.has('email')) {
      return [{ name: 'email', message: t`Enter an e-mail address like name@example.com.` }]
    }
    if (error instanceof ProblemError && error.code === 'too_many_mails') {
      return [{ message: t`We have sent several mails already. Look into your inbox and the spam folder.` }]
    }
    return [{ message: explain(error) }]
  }

  return (
    <form {...form.props} className="grid w-full gap-5">
      <ErrorSummary errors={form.errors} attempt={form.attempt} />
      <Field name="email" label={t`New e-mail address`} error={form.errorOf('email')}>
        {(wiring) => <Input {...wiring} name="email" type="email" autoComplete="email" required />}
      </Field>
      <Field name="password" label={t`Your password`} error={form.errorOf('password')}>
        {(wiring) => <PasswordInput {...wiring} name="password" autoComplete="current-password" required />}
      </Field>
      <div className="flex flex-wrap gap-3">
        <Button type="submit" busy={form.isSending}>
          {form.isSending ? t`Sending…` : t`Send the link`}
        </Button>
        <Button tone="quiet" onClick={onCancel}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </form>
  )
}
