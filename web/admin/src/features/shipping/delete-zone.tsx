// Owns the removal of a zone: in a menu, and only after its effect is named.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useNavigate } from '@tanstack/react-router'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { ActionMenu } from '#lib/overlays/menu.tsx'
import { useDeleteZone, type Zone } from './api.ts'

export function DeleteZone({ zone }: { zone: Zone }) {
  const { t } = useLingui()
  const [isOpen, setOpen] = useState(false)
  const remove = useDeleteZone()
  const navigate = useNavigate()
  const say = useToast()
  const rates = plural(zone.rates.length, { one: '# rate', other: '# rates' })
  const areas = plural(zone.areas.length, { one: '# area', other: '# areas' })

  function confirm() {
    remove.mutate(zone, {
      onSuccess: () => {
        say({ text: t`${zone.name} is deleted` })
        navigate({ to: '/shipping/zones', ignoreBlocker: true })
      },
    })
  }

  return (
    <>
      <ActionMenu
        label={t`Actions of ${zone.name}`}
        actions={[{ label: t`Delete the zone`, icon: Trash2, danger: true, onSelect: () => setOpen(true) }]}
      />
      <Dialog
        open={isOpen}
        onClose={() => setOpen(false)}
        title={t`Delete ${zone.name}?`}
        actions={
          <>
            <Button tone="quiet" onClick={() => setOpen(false)}>
              <Trans>Keep it</Trans>
            </Button>
            <Button tone="danger" busy={remove.isPending} onClick={confirm}>
              <Trans>Delete the zone</Trans>
            </Button>
          </>
        }
      >
        <div className="grid gap-3">
          <p>
            <Trans>
              This removes {areas} and {rates}. Shoppers there can no longer order, unless another zone covers them.
              Delivery prices that were shown already hold until they expire.
            </Trans>
          </p>
          {remove.error && <ErrorState error={remove.error} title={t`The zone was not deleted`} />}
        </div>
      </Dialog>
    </>
  )
}
