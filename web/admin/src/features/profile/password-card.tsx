// Owns the change of one's password, which ends every other session.
import { zodResolver } from '@hookform/resolvers/zod'
import { useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { ErrorSummary } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useMemo, useState } from 'react'
import { useForm } from 'react-hook-form'
import { formErrors, useShowFieldProblems } from '#lib/form/form-errors.ts'
import { z } from '#lib/form/zod.ts'
import { useChangePassword } from './api.ts'

export function PasswordCard() {
  const { t } = useLingui()
  const say = useToast()
  const explain = useExplain()
  const change = useChangePassword()
  const [failure, setFailure] = useState<string>()
  const schema = useMemo(
    () =>
      z.object({
        current: z.string().min(1, t`Write your current password.`),
        fresh: z.string().min(1, t`Write a new password.`),
      }),
    [t],
  )
  const form = useForm<z.infer<typeof schema>>({
    resolver: zodResolver(schema),
    defaultValues: { current: '', fresh: '' },
  })
  const { errors, submitCount } = form.formState
  const showProblems = useShowFieldProblems(form, {
    new_password: 'fresh',
    password: 'fresh',
    current_password: 'current',
  })

  async function submit({ current, fresh }: z.infer<typeof schema>) {
    setFailure(undefined)
    try {
      await change.mutateAsync({ current_password: current, new_password: fresh })
      form.reset()
      say({ text: t`Your password is changed; your other sessions are over` })
    } catch (error) {
      const code = error instanceof ProblemError ? error.code : undefined
      if (code === 'wrong_password') {
        form.setError('current', { type: 'server', message: t`This is not your current password.` })
      } else if (code === 'too_many_attempts') {
        setFailure(t`That was too often. Please wait a while and try again.`)
      } else if (
        !showProblems(error, {
          too_short: t`This is too short. Several words make a good one.`,
          too_long: t`This is too long.`,
          too_common: t`This is too easy to guess. Several unusual words make a good one.`,
        })
      ) {
        setFailure(explain(error))
      }
    }
  }

  return (
    <Card title={t`Password`}>
      <form noValidate onSubmit={form.handleSubmit(submit)} className="grid gap-4">
        <ErrorSummary
          errors={[...formErrors(errors), ...(failure ? [{ message: failure }] : [])]}
          attempt={submitCount}
        />
        <Field name="current" label={t`Current password`} error={errors.current?.message}>
          {(wiring) => (
            <Input {...wiring} {...form.register('current')} type="password" autoComplete="current-password" />
          )}
        </Field>
        <Field
          name="fresh"
          label={t`New password`}
          hint={t`Your other sessions end with the change.`}
          error={errors.fresh?.message}
        >
          {(wiring) => <Input {...wiring} {...form.register('fresh')} type="password" autoComplete="new-password" />}
        </Field>
        <Button type="submit" busy={change.isPending} className="justify-self-start">
          {t`Change the password`}
        </Button>
      </form>
    </Card>
  )
}
