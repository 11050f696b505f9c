// Owns sending a parcel: which pieces go now, how it is packed, whether the buyer hears of it; then label and tracking.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Checkbox } from '@rialto/ui/checkbox.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { type ReactNode, useState } from 'react'
import { Facts } from '#lib/facts.tsx'
import { useIntention } from '#lib/use-intention.ts'
import { QuantityList } from './quantity-list.tsx'
import { type Shipment, useFulfil } from './shipment-api.ts'
import { ShippedNotice } from './shipped-notice.tsx'

const GRAMS_MAX = 1_000_000

interface FulfilDialogProps {
  shipment: Shipment
  /** Another parcel to choose, where an order has several that wait. */
  chooser?: ReactNode
  onClose: () => void
}

export function FulfilDialog({ shipment, chooser, onClose }: FulfilDialogProps) {
  const { t } = useLingui()
  const keyFor = useIntention()
  const send = useFulfil()
  const [quantities, setQuantities] = useState<Record<string, number>>(() =>
    Object.fromEntries(shipment.items.map(({ sku, quantity }) => [sku, quantity])),
  )
  const [weight, setWeight] = useState('')
  const [notify, setNotify] = useState(true)

  const goods = shipment.items.reduce((sum, item) => sum + item.weight_g * (quantities[item.sku] ?? 0), 0)
  const pieces = Object.values(quantities).reduce((sum, quantity) => sum + quantity, 0)
  const left = shipment.items.reduce((sum, { quantity }) => sum + quantity, 0) - pieces
  const grams = Number.parseInt(weight, 10)

  function submit() {
    const parcels = Number.isNaN(grams) ? [] : [{ weight_g: Math.min(Math.max(1, grams), GRAMS_MAX) }]
    const key = keyFor({ id: shipment.id, parcels, quantities, notify })
    send.mutate({ shipment, parcels, quantities, notify, key })
  }

  if (send.data) return <ShippedNotice shipped={send.data} left={left} onClose={onClose} />
  return (
    <Dialog
      open
      onClose={onClose}
      title={t`Send a parcel of ${shipment.order_number}`}
      className="w-[min(42rem,calc(100vw-2rem))]!"
      actions={
        <>
          <Button tone="quiet" onClick={onClose}>
            <Trans>Not now</Trans>
          </Button>
          <Button busy={send.isPending} disabled={pieces === 0} onClick={submit}>
            <Plural value={pieces} _0="Choose what goes" one="Send # piece" other="Send # pieces" />
          </Button>
        </>
      }
    >
      <div className="grid gap-5">
        {send.error && (
          <ErrorState error={send.error} title={t`The parcel was not sent`}>
            <Refusal error={send.error} />
          </ErrorState>
        )}
        {chooser}
        <QuantityList
          lines={shipment.items.map(({ sku, title, quantity }) => ({ sku, title, max: quantity }))}
          quantities={quantities}
          onChange={setQuantities}
        />
        {left > 0 && (
          <p role="status" className="text-soft">
            <Plural
              value={left}
              one="# piece stays behind and becomes a parcel of its own."
              other="# pieces stay behind and become a parcel of their own."
            />
          </p>
        )}
        <Facts
          facts={[
            [t`Carrier`, `${shipment.carrier} · ${shipment.service}`],
            [t`Goes to`, `${shipment.address.name}, ${shipment.address.city}, ${shipment.address.country}`],
          ]}
        />
        <Field
          name="weight"
          label={t`Weight of the packed parcel, in grams`}
          hint={t`The goods alone weigh ${goods} g. Left empty, the label is bought for that.`}
          optional
        >
          {(wiring) => (
            <Input
              {...wiring}
              type="number"
              inputMode="numeric"
              min={1}
              max={GRAMS_MAX}
              value={weight}
              onChange={(event) => setWeight(event.target.value)}
            />
          )}
        </Field>
        <Checkbox
          label={t`Tell the buyer, with the tracking number`}
          checked={notify}
          onChange={(event) => setNotify(event.target.checked)}
        />
      </div>
    </Dialog>
  )
}

/** Undefined leaves the general sentence. */
function Refusal({ error }: { error: unknown }) {
  const code = error instanceof ProblemError ? error.code : undefined
  if (code === 'wrong_status' || code === 'changed_meanwhile') {
    return <Trans>Somebody else was faster. Close this and look at the parcel again.</Trans>
  }
  if (code === 'label_refused') {
    return <Trans>The carrier does not take this parcel. Check the address and the weight, or pack it otherwise.</Trans>
  }
  return <Trans>Nothing was handed over. Please try again.</Trans>
}
