// Owns the label of a shipment: how far it is, and the file for the printer.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Printer } from 'lucide-react'
import { type ShipmentDetail, useLabel } from './api.ts'

export function LabelCard({ shipment }: { shipment: ShipmentDetail }) {
  const { t } = useLingui()
  const label = useLabel(shipment.id)
  if (!shipment.label) return null
  const { status, attempts, last_error: lastError } = shipment.label

  function download() {
    label.mutate(undefined, {
      onSuccess: (zpl) => {
        const link = document.createElement('a')
        link.href = URL.createObjectURL(new Blob([zpl], { type: 'application/zpl' }))
        link.download = `${shipment.order_number}.zpl`
        link.click()
        URL.revokeObjectURL(link.href)
      },
    })
  }

  const words: Record<string, string> = {
    requested: t`Asked for at the carrier; it is finished as soon as the carrier answers.`,
    bought: t`Bought and ready to print.`,
    refused: t`The carrier refused it. Check the address and the parcels, then ship again.`,
    voiding: t`It is being given back.`,
    voided: t`It was given back.`,
  }
  return (
    <Card title={t`Label`}>
      <div className="grid justify-items-start gap-3">
        <p>{words[status] ?? status}</p>
        {status === 'requested' && attempts > 1 && (
          <p className="text-sm text-soft">
            <Trans>Tried {attempts} times so far.</Trans>
          </p>
        )}
        {lastError && (
          <p className="text-sm text-soft">
            <Trans>The carrier said: {lastError}</Trans>
          </p>
        )}
        {label.error && <ErrorState error={label.error} title={t`The label could not be read`} retry={download} />}
        {status === 'bought' && (
          <Button tone="outline" busy={label.isPending} onClick={download}>
            <Icon of={Printer} size={18} /> <Trans>Label for the printer (ZPL)</Trans>
          </Button>
        )}
      </div>
    </Card>
  )
}
