// Owns the person's name, phone and address for mail.
import { Trans, useLingui } from '@lingui/react/macro'
import { fieldProblems } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { ErrorSummary, type FormError } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { AccountHeading } from '#lib/account-heading.tsx'
import { useForm } from '#lib/form.ts'
import { useUser } from '#lib/session.ts'
import { useUpdateProfile } from './api.ts'
import { EmailCard } from './email-card.tsx'

export function ProfilePage() {
  const { t } = useLingui()
  return (
    <>
      <AccountHeading title={t`Profile`} lead={t`Who you are to us.`} />
      <div className="grid max-w-2xl gap-6">
        <Card title={<Trans>You</Trans>}>
          <PersonForm />
        </Card>
        <EmailCard />
      </div>
    </>
  )
}

function PersonForm() {
  const { t } = useLingui()
  const user = useUser()
  const update = useUpdateProfile()
  const explain = useExplain()
  const say = useToast()
  const form = useForm({
    check: ({ name }) => ({ name: !name?.trim() && t`Enter your name.` }),
    send: async ({ name = '', phone = '' }) => {
      await update.mutateAsync({ name: name.trim(), phone: phone.trim() || null })
      say({ text: t`Your profile is saved` })
    },
    explain: refusals,
  })

  function refusals(error: Error): FormError[] {
    if (fieldProblems(error).has('phone')) {
      return [{ name: 'phone', message: t`Enter a phone number with its country code, like +49 30 123456.` }]
    }
    return [{ message: explain(error) }]
  }

  return (
    <form {...form.props} className="grid gap-5">
      <ErrorSummary errors={form.errors} attempt={form.attempt} />
      <Field name="name" label={t`Name`} error={form.errorOf('name')}>
        {(wiring) => (
          <Input {...wiring} name="name" autoComplete="name" required maxLength={200} defaultValue={user.name} />
        )}
      </Field>
      <Field
        name="phone"
        label={t`Phone`}
        hint={t`With the country code. For text messages, if you want them.`}
        optional
        error={form.errorOf('phone')}
      >
        {(wiring) => (
          <Input {...wiring} name="phone" type="tel" autoComplete="tel" dir="ltr" defaultValue={user.phone ?? ''} />
        )}
      </Field>
      <Button type="submit" busy={form.isSending} className="justify-self-start">
        {form.isSending ? t`Saving…` : t`Save`}
      </Button>
    </form>
  )
}
