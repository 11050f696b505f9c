// Owns deleting a promotion, in its menu, with what that does to orders that carry it.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { useNavigate } from '@tanstack/react-router'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { ActionMenu } from '#lib/overlays/menu.tsx'
import { type Promotion, useDeletePromotion } from './api.ts'

export function DeletePromotion({ promotion }: { promotion: Promotion }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const remove = useDeletePromotion()
  const [isOpen, setOpen] = useState(false)
  const close = () => setOpen(false)
  return (
    <>
      <ActionMenu
        label={t`More actions`}
        tone="outline"
        actions={[{ label: t`Delete…`, icon: Trash2, danger: true, onSelect: () => setOpen(true) }]}
      />
      <Dialog
        open={isOpen}
        onClose={close}
        title={t`Delete ${promotion.code}?`}
        actions={
          <>
            <Button tone="quiet" onClick={close}>
              <Trans>Cancel</Trans>
            </Button>
            <Button
              tone="danger"
              busy={remove.isPending}
              onClick={() =>
                remove.mutate(promotion.id, {
                  onSuccess: () => navigate({ to: '/promotions', ignoreBlocker: true }),
                })
              }
            >
              {remove.isPending ? t`Deleting…` : t`Delete the promotion`}
            </Button>
          </>
        }
      >
        <div className="grid gap-4">
          <p>
            {t`${plural(promotion.uses, {
              0: 'No order carries it: it is gone for good.',
              one: 'One order carries it, so it is switched off and kept.',
              other: '# orders carry it, so it is switched off and kept.',
            })}`}
          </p>
          {remove.error && <ErrorState error={remove.error} title={t`The promotion is not deleted`} />}
        </div>
      </Dialog>
    </>
  )
}
