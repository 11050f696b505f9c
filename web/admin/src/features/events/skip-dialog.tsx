// Owns the giving up of an event, for good and with a reason.
import { zodResolver } from '@hookform/resolvers/zod'
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { ErrorSummary } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Textarea } from '@rialto/ui/input.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useMemo } from 'react'
import { useForm } from 'react-hook-form'
import { formErrors } from '#lib/form/form-errors.ts'
import { z } from '#lib/form/zod.ts'
import { type Parked, useSkip } from './api.ts'

interface SkipDialogProps {
  open: boolean
  event: Parked
  onClose: () => void
}

export function SkipDialog({ open, event, onClose }: SkipDialogProps) {
  const { t } = useLingui()
  return (
    <Dialog open={open} onClose={onClose} title={t`Give this event up?`}>
      <SkipForm event={event} onDone={onClose} />
    </Dialog>
  )
}

function SkipForm({ event, onDone }: { event: Parked; onDone: () => void }) {
  const { t } = useLingui()
  const say = useToast()
  const explain = useExplain()
  const skip = useSkip()
  const schema = useMemo(
    () =>
      z.object({
        reason: z
          .string()
          .trim()
          .min(1, t`Say why, for whoever looks later.`)
          .max(500, t`Keep it below 500 characters.`),
      }),
    [t],
  )
  const form = useForm<z.infer<typeof schema>>({ resolver: zodResolver(schema), defaultValues: { reason: '' } })
  const { errors, submitCount } = form.formState
  const failure = skip.error && explain(skip.error)

  function submit({ reason }: { reason: string }) {
    skip.mutate(
      { service: event.service, id: event.id, reason },
      {
        onSuccess: () => {
          say({ text: t`The event is given up; those behind it go on` })
          onDone()
        },
      },
    )
  }

  return (
    <form noValidate onSubmit={form.handleSubmit(submit)} className="grid gap-4">
      <ErrorSummary
        errors={[...formErrors(errors), ...(failure ? [{ message: failure }] : [])]}
        attempt={submitCount + skip.failureCount}
      />
      <p>
        <Trans>
          It is never applied, not even when events are read again, and this cannot be taken back. What it should have
          done has to be done by hand.
        </Trans>
      </p>
      <Field name="reason" label={t`Reason`} error={errors.reason?.message}>
        {(wiring) => <Textarea {...wiring} {...form.register('reason')} rows={2} />}
      </Field>
      <div className="flex flex-wrap justify-end gap-3">
        <Button tone="quiet" onClick={onDone}>
          <Trans>Keep it</Trans>
        </Button>
        <Button type="submit" tone="danger" busy={skip.isPending}>
          <Trans>Give it up</Trans>
        </Button>
      </div>
    </form>
  )
}
