// Owns finding an order again without an account: number and e-mail bring a mail with its link.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { ErrorSummary } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useDocumentTitle } from '@rialto/ui/use-document-title.ts'
import { Link } from '@tanstack/react-router'
import { looksLikeEmail, useForm } from '#lib/form.ts'
import { shopName } from '#lib/shop.ts'
import { useLookUpOrder } from './api.ts'

export function LookupPage({ number, isLost }: { number: string | undefined; isLost: boolean }) {
  const { t } = useLingui()
  const lookUp = useLookUpOrder()
  const explain = useExplain()
  useDocumentTitle(t`Track an order`, shopName)

  const form = useForm({
    check: ({ number = '', email = '' }) => ({
      number: !number.trim() && t`Enter the order number, like R-4F7K-2M9D.`,
      email: !looksLikeEmail(email) && t`Enter the e-mail address you ordered with.`,
    }),
    send: ({ number = '', email = '' }) => lookUp.mutateAsync({ number: number.trim(), email: email.trim() }),
    explain: (error) => [{ message: explain(error) }],
  })

  return (
    <div className="page grid max-w-lg gap-6 pt-10 pb-20">
      <h1 className="text-3xl sm:text-4xl">
        <Trans>Track an order</Trans>
      </h1>
      {isLost && !lookUp.isSuccess && (
        <p role="status" className="rounded-card bg-warn-soft px-5 py-4">
          <Trans>That link does not lead to an order, or no longer does. Ask for a new one here.</Trans>
        </p>
      )}
      {lookUp.isSuccess ? (
        <Sent email={lookUp.variables.email} onAgain={lookUp.reset} />
      ) : (
        <>
          <p className="text-lg text-soft">
            <Trans>We send you a link to your order: where it is, how to cancel it, how to send something back.</Trans>
          </p>
          <form {...form.props} className="grid gap-5">
            <ErrorSummary errors={form.errors} attempt={form.attempt} />
            <Field
              name="number"
              label={t`Order number`}
              hint={t`It stands in the mail that confirmed your order`}
              error={form.errorOf('number')}
            >
              {(wiring) => (
                <Input
                  {...wiring}
                  name="number"
                  autoComplete="off"
                  autoCapitalize="characters"
                  spellCheck={false}
                  dir="ltr"
                  required
                  defaultValue={number}
                />
              )}
            </Field>
            <Field name="email" label={t`E-mail`} error={form.errorOf('email')}>
              {(wiring) => (
                <Input {...wiring} name="email" type="email" inputMode="email" autoComplete="email" required />
              )}
            </Field>
            <Button type="submit" size="large" busy={form.isSending} className="justify-self-start">
              {form.isSending ? t`Sending…` : t`Send me the link`}
            </Button>
          </form>
          <p className="text-soft">
            <Trans>
              You have an account?{' '}
              <Link to="/account" className="text-ink underline underline-offset-4 hover:text-accent">
                Your orders are there
              </Link>
              .
            </Trans>
          </p>
        </>
      )}
    </div>
  )
}

function Sent({ email, onAgain }: { email: string; onAgain: () => void }) {
  return (
    <div role="status" className="grid justify-items-start gap-4">
      <p className="text-lg">
        <Trans>
          If there is such an order, a mail with its link is on its way to <strong>{email}</strong>.
        </Trans>
      </p>
      <p className="text-soft">
        <Trans>Nothing after a few minutes? Look into the spam folder, and check number and address.</Trans>
      </p>
      <Button tone="outline" onClick={onAgain}>
        <Trans>Try again</Trans>
      </Button>
    </div>
  )
}
