// Owns one's name and phone number.
import { zodResolver } from '@hookform/resolvers/zod'
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { ErrorSummary } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useForm } from 'react-hook-form'
import { formErrors, useShowFieldProblems } from '#lib/form/form-errors.ts'
import { z } from '#lib/form/zod.ts'
import { profileQuery } from '#lib/session.ts'
import { useUpdateProfile } from './api.ts'

export function PersonCard() {
  const { t } = useLingui()
  const say = useToast()
  const explain = useExplain()
  const { data: user } = useSuspenseQuery(profileQuery)
  const update = useUpdateProfile()
  const [failure, setFailure] = useState<string>()
  const schema = useMemo(
    () => z.object({ name: z.string().trim().min(1, t`Write your name.`).max(200), phone: z.string().trim() }),
    [t],
  )
  const form = useForm<z.infer<typeof schema>>({
    resolver: zodResolver(schema),
    defaultValues: { name: user?.name ?? '', phone: user?.phone ?? '' },
  })
  const { errors, submitCount } = form.formState
  const showProblems = useShowFieldProblems(form)

  async function submit({ name, phone }: z.infer<typeof schema>) {
    setFailure(undefined)
    try {
      await update.mutateAsync({ name, phone: phone || null })
      say({ text: t`Saved` })
    } catch (error) {
      const sentence = t`Write it with the country, such as +49 30 123456.`
      if (!showProblems(error, { invalid: sentence, invalid_phone: sentence })) setFailure(explain(error))
    }
  }

  return (
    <Card title={t`You`}>
      <form noValidate onSubmit={form.handleSubmit(submit)} className="grid gap-4">
        <ErrorSummary
          errors={[...formErrors(errors), ...(failure ? [{ message: failure }] : [])]}
          attempt={submitCount}
        />
        <p className="text-soft">{user?.email}</p>
        <Field name="name" label={t`Name`} error={errors.name?.message}>
          {(wiring) => <Input {...wiring} {...form.register('name')} autoComplete="name" />}
        </Field>
        <Field name="phone" label={t`Phone`} optional error={errors.phone?.message}>
          {(wiring) => <Input {...wiring} {...form.register('phone')} type="tel" autoComplete="tel" />}
        </Field>
        <Button type="submit" busy={update.isPending} className="justify-self-start">
          {t`Save`}
        </Button>
      </form>
    </Card>
  )
}
