// Owns the end of an account: what goes and what has to stay, then the password, then the receipt.
import { Trans, useLingui } from '@lingui/react/macro'
import { session } from '@rialto/api/client.ts'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { ErrorSummary, type FormError } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { PasswordInput } from '@rialto/ui/password-input.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useNavigate } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { useForm } from '#lib/form.ts'
import { useUser } from '#lib/session.ts'
import { useEraseAccount } from './api.ts'

export function EraseAccount() {
  const [isOpen, setOpen] = useState(false)
  return (
    <div className="grid justify-items-start gap-4">
      <p>
        <Trans>
          Your name, addresses, password and choices go for good. Orders and invoices stay as long as the law asks for
          them, without your name.
        </Trans>
      </p>
      <Button tone="danger" onClick={() => setOpen(true)}>
        <Trans>Delete the account…</Trans>
      </Button>
      {isOpen && <EraseDialog onClose={() => setOpen(false)} />}
    </div>
  )
}

function EraseDialog({ onClose }: { onClose: () => void }) {
  const { t } = useLingui()
  const { email } = useUser()
  const erase = useEraseAccount(email)
  const explain = useExplain()
  const format = useFormat()
  const formId = useId()
  const form = useForm({
    check: ({ 'erase-password': password }) => ({ 'erase-password': !password && t`Enter your password.` }),
    send: ({ 'erase-password': password = '' }) => erase.mutateAsync(password),
    explain: refusals,
  })

  function refusals(error: Error): FormError[] {
    const code = error instanceof ProblemError ? error.code : ''
    if (code === 'invalid_credentials') return [{ name: 'erase-password', message: t`This is not your password.` }]
    if (code === 'last_admin') return [{ message: t`This is the last account that runs the shop. It has to stay.` }]
    if (code === 'orders_under_way') {
      const orders = error instanceof ProblemError ? error.body['orders'] : undefined
      const numbers = format.list(Array.isArray(orders) ? orders.map(String) : [])
      return [{ message: t`Paid and not sent yet: ${numbers}. Cancel it, or wait until it is on its way.` }]
    }
    if (code === 'too_many_attempts') return [{ message: t`Too many tries. Please wait a few minutes.` }]
    return [{ message: explain(error) }]
  }

  if (erase.data) return <Receipt at={erase.data.erased_at} />
  return (
    <Dialog
      open
      onClose={onClose}
      title={t`Delete your account?`}
      actions={
        <>
          <Button tone="quiet" onClick={onClose}>
            <Trans>Keep it</Trans>
          </Button>
          <Button type="submit" form={formId} tone="danger" busy={form.isSending}>
            {form.isSending ? t`Deleting…` : t`Delete for good`}
          </Button>
        </>
      }
    >
      <form {...form.props} id={formId} className="grid gap-5">
        <ErrorSummary errors={form.errors} attempt={form.attempt} />
        <p>
          <Trans>
            This cannot be undone. While an order is paid and has not left yet, the account has to stay: cancel the
            order first, or wait until it is on its way.
          </Trans>
        </p>
        <input type="hidden" name="username" autoComplete="username" value={email} />
        <Field
          name="erase-password"
          label={t`Your password`}
          hint={t`So that nobody else does this at your desk.`}
          error={form.errorOf('erase-password')}
        >
          {(wiring) => <PasswordInput {...wiring} name="erase-password" autoComplete="current-password" required />}
        </Field>
      </form>
    </Dialog>
  )
}

function Receipt({ at }: { at: string }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  function leave() {
    session.end()
    navigate({ to: '/', replace: true })
  }
  return (
    <Dialog
      open
      onClose={leave}
      title={t`Your account is deleted`}
      actions={
        <Button onClick={leave}>
          <Trans>Go to the shop</Trans>
        </Button>
      }
    >
      <p role="status">
        <Trans>
          Deleted on <DateTime at={at} options={{ dateStyle: 'long', timeStyle: 'short' }} />. Thank you for having been
          here.
        </Trans>
      </p>
    </Dialog>
  )
}
