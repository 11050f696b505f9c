// Owns the invitation to keep an account, after the order and with one field.
import { Trans, useLingui } from '@lingui/react/macro'
import { api, ok, session } from '@rialto/api/client.ts'
import { fieldProblems, ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useMutation } from '@tanstack/react-query'
import type { Order } from './api.ts'

export function CreateAccount({ order }: { order: Order }) {
  const { t } = useLingui()
  const explain = useExplain()
  const create = useMutation({
    mutationFn: (password: string) =>
      ok(api.POST('/users/register', { body: { email: order.email, name: order.shipping_address.name, password } })),
    onSuccess: (grant) => session.start(grant),
  })

  function problem(error: Error): string {
    if (error instanceof ProblemError && error.code === 'email_taken') {
      return t`There is an account with ${order.email} already. Sign in to see your orders.`
    }
    const password = fieldProblems(error).get('password')
    if (password) return t`Please choose another password: at least 12 characters, and not a well-known one.`
    return explain(error)
  }

  if (create.isSuccess) {
    return (
      <Card title={<Trans>Your account is there</Trans>}>
        <p role="status">
          <Trans>Confirm the address with the mail we sent to {order.email}: this order then joins your account.</Trans>
        </p>
      </Card>
    )
  }
  return (
    <Card title={<Trans>Follow it with an account</Trans>} className="print:hidden">
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          create.mutate(String(new FormData(event.currentTarget).get('password')))
        }}
      >
        <p className="text-soft">
          <Trans>Choose a password for {order.email}: your orders, addresses and returns are then in one place.</Trans>
        </p>
        {/* Password managers want to know whose password it is. */}
        <input type="hidden" name="username" autoComplete="username" value={order.email} />
        <Field
          name="password"
          label={t`Password`}
          hint={t`12 characters or more`}
          error={create.error && problem(create.error)}
        >
          {(wiring) => (
            <div className="flex flex-wrap gap-3">
              <Input
                {...wiring}
                name="password"
                type="password"
                autoComplete="new-password"
                required
                minLength={12}
                className="max-w-80"
              />
              <Button type="submit" tone="outline" busy={create.isPending}>
                <Trans>Create account</Trans>
              </Button>
            </div>
          )}
        </Field>
      </form>
    </Card>
  )
}
