// Owns the putting of an address onto the list of those that are not written to.
import { zodResolver } from '@hookform/resolvers/zod'
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { ErrorSummary } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { Select } from '@rialto/ui/select.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useMemo, useState } from 'react'
import { useForm } from 'react-hook-form'
import { formErrors, useShowFieldProblems } from '#lib/form/form-errors.ts'
import { z } from '#lib/form/zod.ts'
import { CHANNELS, REASONS, useSuppress } from './api.ts'
import { CHANNEL_WORDS, REASON_WORDS } from './words.ts'

interface SuppressDialogProps {
  open: boolean
  /** What was searched for. */
  address: string | undefined
  onClose: () => void
}

export function SuppressDialog({ open, address, onClose }: SuppressDialogProps) {
  const { t } = useLingui()
  return (
    <Dialog open={open} onClose={onClose} title={t`Do not write to an address`}>
      <SuppressForm address={address} onDone={onClose} />
    </Dialog>
  )
}

function SuppressForm({ address, onDone }: { address: string | undefined; onDone: () => void }) {
  const { t, i18n } = useLingui()
  const say = useToast()
  const explain = useExplain()
  const suppress = useSuppress()
  const [failure, setFailure] = useState<string>()
  const schema = useMemo(
    () =>
      z.object({
        to: z.string().trim().min(1, t`Write the address.`),
        channel: z.enum(CHANNELS),
        reason: z.enum(REASONS),
      }),
    [t],
  )
  const form = useForm<z.infer<typeof schema>>({
    resolver: zodResolver(schema),
    defaultValues: { to: address ?? '', channel: 'email', reason: 'manual' },
  })
  const { errors, submitCount } = form.formState
  const showProblems = useShowFieldProblems(form)

  async function submit(values: z.infer<typeof schema>) {
    setFailure(undefined)
    try {
      await suppress.mutateAsync(values)
      say({ text: t`${values.to} is not written to any more` })
      onDone()
    } catch (error) {
      if (!showProblems(error, { invalid: t`This is no address of that kind.` })) setFailure(explain(error))
    }
  }

  return (
    <form noValidate onSubmit={form.handleSubmit(submit)} className="grid gap-4">
      <ErrorSummary
        errors={[...formErrors(errors), ...(failure ? [{ message: failure }] : [])]}
        attempt={submitCount}
      />
      <p className="text-soft">
        <Trans>Nothing is sent to it any more, not even about orders.</Trans>
      </p>
      <Field name="to" label={t`Address`} error={errors.to?.message}>
        {(wiring) => <Input {...wiring} {...form.register('to')} autoComplete="off" />}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field name="channel" label={t`Channel`}>
          {(wiring) => (
            <Select {...wiring} {...form.register('channel')}>
              {CHANNELS.map((channel) => (
                <option key={channel} value={channel}>
                  {i18n._(CHANNEL_WORDS[channel])}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field name="reason" label={t`Why`}>
          {(wiring) => (
            <Select {...wiring} {...form.register('reason')}>
              {REASONS.map((reason) => (
                <option key={reason} value={reason}>
                  {i18n._(REASON_WORDS[reason])}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <div className="flex flex-wrap justify-end gap-3">
        <Button tone="quiet" onClick={onDone}>
          <Trans>Not now</Trans>
        </Button>
        <Button type="submit" busy={suppress.isPending}>
          <Trans>Do not write to it</Trans>
        </Button>
      </div>
    </form>
  )
}
