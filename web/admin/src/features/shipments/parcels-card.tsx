// Owns the boxes of a shipment: weighed and measured before the label is bought.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { ErrorSummary } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { Plus, Trash2 } from 'lucide-react'
import { useFieldArray, useForm } from 'react-hook-form'
import { formErrors } from '#lib/form/form-errors.ts'
import { useMay } from '#lib/session.ts'
import { type Box, type ShipmentDetail, usePackShipment } from './api.ts'

interface BoxValues {
  weight: string
  length: string
  width: string
  height: string
}

export function ParcelsCard({ shipment }: { shipment: ShipmentDetail }) {
  const { t } = useLingui()
  const may = useMay()
  const mayPack = shipment.status === 'pending' && may('shipping:write')
  if (!mayPack && shipment.parcels.length === 0) return null
  return (
    <Card title={t`Parcels`}>
      {mayPack ? <ParcelsForm shipment={shipment} /> : <ParcelsList parcels={shipment.parcels} />}
    </Card>
  )
}

function ParcelsList({ parcels }: { parcels: readonly Box[] }) {
  const { t } = useLingui()
  return (
    <ul className="grid gap-1">
      {parcels.map((box, index) => {
        const sides = [box.length_mm, box.width_mm, box.height_mm].filter((side) => typeof side === 'number')
        const size = sides.length === 3 ? sides.map((side) => side / 10).join(' × ') : undefined
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: boxes have no names.
          <li key={index}>
            {t`${box.weight_g} g`} {size && <span className="text-soft">{t`${size} cm`}</span>}
          </li>
        )
      })}
    </ul>
  )
}

function ParcelsForm({ shipment }: { shipment: ShipmentDetail }) {
  const { t } = useLingui()
  const say = useToast()
  const explain = useExplain()
  const pack = usePackShipment(shipment.id)
  const given = shipment.parcels.length > 0 ? shipment.parcels : [{ weight_g: shipment.weight_g }]
  const form = useForm<{ boxes: BoxValues[] }>({ defaultValues: { boxes: given.map(valuesOf) } })
  const boxes = useFieldArray({ control: form.control, name: 'boxes' })
  const { errors, submitCount } = form.formState
  const whole = (most: number, message: string) => (text: string) =>
    (/^\s*\d{1,7}\s*$/.test(text) && Number(text) >= 1 && Number(text) <= most) || message
  const side = (text: string) => text.trim() === '' || whole(5_000, t`Whole centimetres, or nothing.`)(text)

  function submit(values: { boxes: BoxValues[] }) {
    pack.mutate(
      { parcels: values.boxes.map(boxOf), version: shipment.version },
      {
        onSuccess: ({ parcels }) =>
          say({ text: plural(parcels.length, { one: '# parcel saved', other: '# parcels saved' }) }),
      },
    )
  }

  const isStale = pack.error instanceof ProblemError && [409, 412].includes(pack.error.status)
  const failure =
    pack.error && (isStale ? t`Somebody else worked on this shipment. It is shown as it is now.` : explain(pack.error))
  return (
    <form noValidate onSubmit={form.handleSubmit(submit)} className="grid gap-4">
      <ErrorSummary
        errors={[...formErrors(errors), ...(failure ? [{ message: failure }] : [])]}
        attempt={submitCount + pack.failureCount}
      />
      {boxes.fields.map((box, index) => {
        const wrong = errors.boxes?.[index]
        const fields = [
          ['weight', t`Weight (g)`, whole(2_000_000, t`Write the weight in grams.`)],
          ['length', t`Length (cm)`, side],
          ['width', t`Width (cm)`, side],
          ['height', t`Height (cm)`, side],
        ] as const
        return (
          <div
            key={box.id}
            className="grid grid-cols-[1fr_1fr_auto] items-start gap-3 sm:grid-cols-[repeat(4,1fr)_auto]"
          >
            {fields.map(([name, label, validate]) => (
              <Field key={name} name={`boxes.${index}.${name}`} label={label} error={wrong?.[name]?.message}>
                {(wiring) => (
                  <Input
                    {...wiring}
                    {...form.register(`boxes.${index}.${name}`, { validate })}
                    inputMode="numeric"
                    autoComplete="off"
                  />
                )}
              </Field>
            ))}
            <Button
              tone="quiet"
              size="icon"
              className="mt-7.5 max-sm:col-start-3 max-sm:row-start-1"
              aria-label={t`Remove parcel ${index + 1}`}
              disabled={boxes.fields.length === 1}
              onClick={() => boxes.remove(index)}
            >
              <Icon of={Trash2} />
            </Button>
          </div>
        )
      })}
      <div className="flex flex-wrap gap-3">
        <Button tone="outline" onClick={() => boxes.append({ weight: '', length: '', width: '', height: '' })}>
          <Icon of={Plus} size={16} /> <Trans>Add a parcel</Trans>
        </Button>
        <Button type="submit" busy={pack.isPending}>
          {pack.isPending ? t`Saving…` : t`Save the parcels`}
        </Button>
      </div>
    </form>
  )
}

function valuesOf(box: Box): BoxValues {
  const side = (mm: number | null | undefined) => (typeof mm === 'number' ? String(Math.round(mm / 10)) : '')
  return {
    weight: String(box.weight_g),
    length: side(box.length_mm),
    width: side(box.width_mm),
    height: side(box.height_mm),
  }
}

function boxOf({ weight, length, width, height }: BoxValues): Box {
  const side = (text: string) => (text.trim() ? Number(text) * 10 : null)
  return { weight_g: Number(weight), length_mm: side(length), width_mm: side(width), height_mm: side(height) }
}
