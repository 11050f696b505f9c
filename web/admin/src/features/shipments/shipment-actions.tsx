// Owns the next steps of a shipment: hand it over, or call it off. The shop says which of them are open.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { Ban } from 'lucide-react'
import { useState } from 'react'
import { ActionButton } from '#lib/action-button.tsx'
import { ActionMenu } from '#lib/overlays/menu.tsx'
import { useMay } from '#lib/session.ts'
import { useBlocked } from '#lib/use-blocked.ts'
import { type ShipmentDetail, useCancelShipment } from './api.ts'
import { ShipDialog } from './ship-dialog.tsx'

export function ShipmentActions({ shipment }: { shipment: ShipmentDetail }) {
  const { t } = useLingui()
  const may = useMay()
  const blocked = useBlocked()
  const [asks, setAsks] = useState<'ship' | 'cancel'>()
  const maySail = shipment.allowed.includes('ship')
  const mayEnd = shipment.allowed.includes('cancel') && may('shipping:write')
  const close = () => setAsks(undefined)
  return (
    <div className="flex items-center gap-2">
      {maySail && (
        <ActionButton tone="accent" blocked={blocked('shipping:write')} onClick={() => setAsks('ship')}>
          <Trans>Buy label and ship</Trans>
        </ActionButton>
      )}
      {mayEnd && (
        <ActionMenu
          label={t`More actions`}
          actions={[{ label: t`Cancel the shipment`, icon: Ban, danger: true, onSelect: () => setAsks('cancel') }]}
        />
      )}
      <ShipDialog open={asks === 'ship'} shipment={shipment} onClose={close} />
      <CancelDialog open={asks === 'cancel'} shipment={shipment} onClose={close} />
    </div>
  )
}

function CancelDialog(props: { open: boolean; shipment: ShipmentDetail; onClose: () => void }) {
  const { open, shipment, onClose } = props
  const { t } = useLingui()
  const say = useToast()
  const cancel = useCancelShipment(shipment.id)
  function confirm() {
    cancel.mutate(undefined, {
      onSuccess: () => {
        say({ text: t`The shipment is cancelled` })
        onClose()
      },
    })
  }
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t`Cancel this shipment?`}
      actions={
        <>
          <Button tone="quiet" onClick={onClose}>
            <Trans>Keep it</Trans>
          </Button>
          <Button tone="danger" busy={cancel.isPending} onClick={confirm}>
            <Trans>Cancel the shipment</Trans>
          </Button>
        </>
      }
    >
      <div className="grid gap-3">
        <p>
          <Trans>
            Its goods go back to the order and can travel in another shipment. A label that was bought is given back.
          </Trans>
        </p>
        {cancel.error && <ErrorState error={cancel.error} title={t`The shipment was not cancelled`} />}
      </div>
    </Dialog>
  )
}
