// Owns the correction of one SKU's stock: what happened, how many pieces, why, and what comes of it.
import { zodResolver } from '@hookform/resolvers/zod'
import { useLingui } from '@lingui/react/macro'
import { newIdempotencyKey } from '@rialto/api/client.ts'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { Select } from '@rialto/ui/select.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useMemo, useState } from 'react'
import { useForm } from 'react-hook-form'
import { z } from '#lib/form/zod.ts'
import { type Stock, useCorrectStock } from './api.ts'
import { changeOf, EVENTS, onHandAfter } from './correction.ts'

export function CorrectionForm({ stock }: { stock: Stock }) {
  const { t } = useLingui()
  const say = useToast()
  const correct = useCorrectStock(stock.sku)
  const [key, setKey] = useState(newIdempotencyKey)
  const schema = useMemo(
    () =>
      z.object({
        event: z.enum(EVENTS),
        pieces: z.string().regex(/^\s*\d{1,9}\s*$/, t`Write a whole number, 0 or more.`),
        reason: z.string().trim().min(1, t`Say why, for whoever reads this later.`).max(300),
      }),
    [t],
  )
  const form = useForm<z.infer<typeof schema>>({
    resolver: zodResolver(schema),
    defaultValues: { event: 'counted', pieces: '', reason: '' },
  })
  const { errors } = form.formState
  const [event, pieces] = form.watch(['event', 'pieces'])
  const after = /^\s*\d{1,9}\s*$/.test(pieces) ? onHandAfter(stock, event, Number(pieces)) : undefined
  const events = {
    counted: { label: t`Counted: so many are there`, pieces: t`Pieces counted` },
    received: { label: t`Received: goods came in`, pieces: t`Pieces received` },
    written_off: { label: t`Written off: lost or stolen`, pieces: t`Pieces lost` },
    damaged: { label: t`Damaged: kept, not sellable`, pieces: t`Pieces damaged` },
  }
  const minimum = correct.error instanceof ProblemError ? correct.error.body['minimum'] : undefined

  const submit = form.handleSubmit((values) => {
    const change = changeOf(values.event, Number(values.pieces), values.reason)
    correct.mutate(
      { change, key },
      {
        onSuccess: (now) => {
          say({ text: t`${now.on_hand} pieces of ${now.sku} are on hand now` })
          form.reset({ event: values.event, pieces: '', reason: '' })
          setKey(newIdempotencyKey())
        },
        // The next try may say something else: it must not be taken for a repeat of this one.
        onError: () => setKey(newIdempotencyKey()),
      },
    )
  })

  return (
    <form className="grid gap-4" onSubmit={submit} noValidate>
      <Field name="event" label={t`What happened`}>
        {(wiring) => (
          <Select {...wiring} {...form.register('event')}>
            {EVENTS.map((name) => (
              <option key={name} value={name}>
                {events[name].label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field name="pieces" label={events[event].pieces} error={errors.pieces?.message}>
        {(wiring) => <Input {...wiring} {...form.register('pieces')} inputMode="numeric" autoComplete="off" />}
      </Field>
      <Field name="reason" label={t`Reason`} error={errors.reason?.message}>
        {(wiring) => <Input {...wiring} {...form.register('reason')} autoComplete="off" />}
      </Field>
      {after !== undefined && (
        <p role="status" className="text-soft">
          {t`On hand: ${stock.on_hand} now, ${after} afterwards.`}
        </p>
      )}
      {correct.error && (
        <ErrorState error={correct.error} title={t`The stock is unchanged`}>
          {minimum !== undefined && t`At least ${String(minimum)} pieces are promised to orders.`}
        </ErrorState>
      )}
      <Button type="submit" busy={correct.isPending}>
        {correct.isPending ? t`Saving…` : t`Correct`}
      </Button>
    </form>
  )
}
