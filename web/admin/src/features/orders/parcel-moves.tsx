// Owns moving a parcel of the sandbox carrier on, as scanners do with real ones. Real carriers have no such buttons.
import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { ActionButton } from '#lib/action-button.tsx'
import { type Advance, type Shipment, useAdvanceShipment } from './shipment-api.ts'

const MOVES = [
  ['out_for_delivery', msg`Out for delivery`],
  ['delivered', msg`Delivered`],
  ['exception', msg`Problem`],
] as const satisfies [Advance, unknown][]

export function ParcelMoves({ shipment, blocked }: { shipment: Shipment; blocked: string | undefined }) {
  const { t, i18n } = useLingui()
  const advance = useAdvanceShipment()
  const moves = MOVES.filter(([status]) => shipment.allowed.includes(status) && status !== shipment.status)
  if (moves.length === 0) return null
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: these buttons are no part of a form. */}
      <div role="group" aria-label={t`Sandbox carrier`} className="flex flex-wrap items-center gap-1">
        <span className="ps-2 text-sm text-soft">
          <Trans>Sandbox:</Trans>
        </span>
        {moves.map(([status, word]) => (
          <ActionButton
            key={status}
            tone="quiet"
            size="small"
            blocked={blocked}
            busy={advance.isPending && advance.variables.status === status}
            onClick={() => advance.mutate({ id: shipment.id, status })}
          >
            {i18n._(word)}
          </ActionButton>
        ))}
      </div>
      {advance.error && <ErrorState error={advance.error} title={t`The parcel was not moved`} />}
    </>
  )
}
