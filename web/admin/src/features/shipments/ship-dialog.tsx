// Owns the handing over of a shipment: all of it or a part, with or without a mail to the buyer.
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Checkbox } from '@rialto/ui/checkbox.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { ErrorSummary, type FormError } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useForm } from 'react-hook-form'
import { useIntention } from '#lib/use-intention.ts'
import { type ShipmentDetail, useShipShipment } from './api.ts'

interface ShipDialogProps {
  open: boolean
  shipment: ShipmentDetail
  onClose: () => void
}

export function ShipDialog({ open, shipment, onClose }: ShipDialogProps) {
  const { t } = useLingui()
  return (
    <Dialog open={open} onClose={onClose} title={t`Ship ${shipment.order_number}`}>
      <ShipForm shipment={shipment} onDone={onClose} />
    </Dialog>
  )
}

interface ShipValues {
  quantities: string[]
  notify: boolean
}

function ShipForm({ shipment, onDone }: { shipment: ShipmentDetail; onDone: () => void }) {
  const { t } = useLingui()
  const say = useToast()
  const keyOf = useIntention()
  const ship = useShipShipment(shipment.id)
  const explain = useExplain()
  const { items } = shipment
  const form = useForm<ShipValues>({
    defaultValues: { quantities: items.map(({ quantity }) => String(quantity)), notify: shipment.notify },
  })
  const { errors, submitCount } = form.formState

  function submit({ quantities, notify }: ShipValues) {
    const chosen = items.map(({ sku }, index) => ({ sku, quantity: Number(quantities[index]) }))
    const isAll = chosen.every(({ quantity }, index) => quantity === items[index]?.quantity)
    const part = chosen.filter(({ quantity }) => quantity > 0)
    if (part.length === 0) return form.setError('root', { message: t`Send at least one piece.` })
    const body = { notify, ...(!isAll && { items: part }) }
    ship.mutate(
      { key: keyOf(body), ...body },
      {
        onSuccess: ({ status }) => {
          say({ text: status === 'shipped' ? t`Shipped` : t`The carrier does not answer now; it ships when it does` })
          onDone()
        },
      },
    )
  }

  function problems(): FormError[] {
    const wrong = items.flatMap(({ title }, index) =>
      errors.quantities?.[index] ? [{ name: `quantities.${index}`, message: t`${title}: check the quantity.` }] : [],
    )
    if (errors.root?.message) wrong.push({ name: 'quantities.0', message: errors.root.message })
    if (!ship.error) return wrong
    const code = ship.error instanceof ProblemError ? ship.error.code : undefined
    if (code === 'label_refused') {
      return [{ message: t`The carrier refuses the label. Check the address and the weight of the parcels.` }]
    }
    if (code === 'wrong_status' || code === 'changed_meanwhile' || code === 'exceeds_unshipped') {
      return [{ message: t`Somebody else worked on this shipment. Close this window: the page shows how it is now.` }]
    }
    return [...wrong, { message: explain(ship.error) }]
  }

  return (
    <form noValidate onSubmit={form.handleSubmit(submit)} className="grid gap-4">
      <ErrorSummary errors={problems()} attempt={submitCount + ship.failureCount} />
      <p className="text-soft">
        <Trans>
          This buys the label of {shipment.carrier} {shipment.service}. What you leave out becomes a shipment of its
          own.
        </Trans>
      </p>
      {items.map(({ sku, title, quantity }, index) => (
        <Field
          key={sku}
          name={`quantities.${index}`}
          label={title}
          hint={t`0 to ${quantity}`}
          error={errors.quantities?.[index] && t`Write a number from 0 to ${quantity}.`}
        >
          {(wiring) => (
            <Input
              {...wiring}
              {...form.register(`quantities.${index}`, {
                validate: (text) => /^\s*\d{1,4}\s*$/.test(text) && Number(text) <= quantity,
              })}
              inputMode="numeric"
              autoComplete="off"
              className="max-w-28"
            />
          )}
        </Field>
      ))}
      <Checkbox {...form.register('notify')} label={t`Tell the buyer by mail`} />
      <div className="flex flex-wrap justify-end gap-3">
        <Button tone="quiet" onClick={onDone}>
          <Trans>Not now</Trans>
        </Button>
        <Button type="submit" tone="accent" busy={ship.isPending}>
          {ship.isPending ? t`Buying the label…` : t`Buy label and ship`}
        </Button>
      </div>
    </form>
  )
}
