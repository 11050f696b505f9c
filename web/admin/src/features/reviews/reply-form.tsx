// Owns the shop's public reply to a review.
import { zodResolver } from '@hookform/resolvers/zod'
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Textarea } from '@rialto/ui/input.tsx'
import { useMemo } from 'react'
import { useForm } from 'react-hook-form'
import { z } from '#lib/form/zod.ts'
import { type Review, useModerate } from './api.ts'

export function ReplyForm({ review, onClose }: { review: Review; onClose: () => void }) {
  const { t } = useLingui()
  const moderate = useModerate()
  const schema = useMemo(
    () => z.object({ reply: z.string().trim().min(1, t`Write something, or cancel.`).max(2000, t`This is too long.`) }),
    [t],
  )
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { reply: review.reply ?? '' } })
  const name = `reply-${review.id}`
  return (
    <form
      className="grid gap-3"
      noValidate
      onSubmit={form.handleSubmit(({ reply }) => moderate.mutate({ id: review.id, reply }, { onSuccess: onClose }))}
    >
      <Field
        name={name}
        label={t`Reply to ${review.author}`}
        hint={t`Everyone reads it below the review.`}
        error={form.formState.errors.reply?.message}
      >
        {(wiring) => <Textarea {...wiring} {...form.register('reply')} rows={3} autoFocus />}
      </Field>
      {moderate.error && <ErrorState error={moderate.error} title={t`The reply is not saved`} />}
      <div className="flex gap-3">
        <Button type="submit" size="small" busy={moderate.isPending}>
          {moderate.isPending ? t`Saving…` : t`Save the reply`}
        </Button>
        <Button tone="quiet" size="small" onClick={onClose}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </form>
  )
}
