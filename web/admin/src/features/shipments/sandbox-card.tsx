// Owns the moves of a sandbox parcel: what a real carrier's scanners would tell, told by hand.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Select } from '@rialto/ui/select.tsx'
import { useMay } from '#lib/session.ts'
import { ADVANCES, type ShipmentDetail, useAdvanceShipment } from './api.ts'
import { ADVANCE_WORDS } from './words.ts'

/** Once it has left, a parcel can be seen anywhere, as long as it has not come back. */
const MOVING: ReadonlyArray<ShipmentDetail['status']> = ['shipped', 'out_for_delivery', 'exception', 'delivered']

export function SandboxCard({ shipment }: { shipment: ShipmentDetail }) {
  const { t, i18n } = useLingui()
  const may = useMay()
  const advance = useAdvanceShipment(shipment.id)
  if (shipment.carrier !== 'sandbox' || !MOVING.includes(shipment.status) || !may('shipping:write')) return null
  // A parcel that arrived can only come back.
  const moves = shipment.status === 'delivered' ? ADVANCES.filter((move) => move === 'returned') : ADVANCES
  return (
    <Card title={t`Sandbox carrier`}>
      <form
        key={shipment.version}
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          const chosen = new FormData(event.currentTarget).get('status')
          const move = ADVANCES.find((status) => status === chosen)
          if (move) advance.mutate(move)
        }}
      >
        <p className="text-soft">
          <Trans>This carrier has no scanners. Say yourself where the parcel is seen next.</Trans>
        </p>
        <Field name="status" label={t`Seen next`}>
          {(wiring) => (
            <Select {...wiring} name="status">
              {moves.map((move) => (
                <option key={move} value={move}>
                  {i18n._(ADVANCE_WORDS[move])}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Button type="submit" tone="outline" busy={advance.isPending} className="justify-self-start">
          <Trans>Move the parcel</Trans>
        </Button>
        {advance.error && <ErrorState error={advance.error} title={t`The parcel was not moved`} />}
      </form>
    </Card>
  )
}
