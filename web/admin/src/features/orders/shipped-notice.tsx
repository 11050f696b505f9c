// Owns what is said after a parcel was sent: its tracking number, its label, and what stays behind.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { useMutation } from '@tanstack/react-query'
import { CopyId } from '#lib/copy-id.tsx'
import { Facts } from '#lib/facts.tsx'
import { printLabel } from './print-label.ts'
import type { Shipment } from './shipment-api.ts'

type Shipped = Pick<Shipment, 'id' | 'status' | 'carrier' | 'service'> & {
  tracking_number?: string | null
  tracking_url?: string | null
}

export function ShippedNotice({ shipped, left, onClose }: { shipped: Shipped; left: number; onClose: () => void }) {
  const { t } = useLingui()
  const { tracking_number: tracking, tracking_url: url } = shipped
  const print = useMutation({ mutationFn: () => printLabel(shipped.id, tracking ?? shipped.id) })
  return (
    <Dialog
      open
      onClose={onClose}
      title={tracking ? t`The parcel is on its way` : t`The carrier does not answer right now`}
      actions={
        <>
          {tracking && (
            <Button tone="outline" busy={print.isPending} onClick={() => print.mutate()}>
              <Trans>Download the label</Trans>
            </Button>
          )}
          <Button onClick={onClose}>
            <Trans>Done</Trans>
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {print.error && <ErrorState error={print.error} title={t`The label could not be loaded`} />}
        {!tracking && (
          <p>
            <Trans>The shop goes on asking and finishes this by itself, once. You need not do anything.</Trans>
          </p>
        )}
        {tracking && (
          <Facts
            facts={[
              [t`Carrier`, `${shipped.carrier} · ${shipped.service}`],
              [t`Tracking number`, <CopyId key="tracking" value={tracking} />],
              [
                t`Follow it`,
                url && (
                  <a key="url" href={url} target="_blank" rel="noreferrer" className="underline underline-offset-4">
                    <Trans>The buyer's tracking page</Trans>
                  </a>
                ),
              ],
            ]}
          />
        )}
        {left > 0 && (
          <p>
            <Plural value={left} one="# piece is still to be sent." other="# pieces are still to be sent." />
          </p>
        )}
      </div>
    </Dialog>
  )
}
