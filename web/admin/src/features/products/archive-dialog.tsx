// Owns the question before a product is archived, which names what that does.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { type Product, useArchiveProduct } from './api.ts'

interface ArchiveDialogProps {
  product: Product
  open: boolean
  onClose: () => void
  onArchived?: () => void
}

export function ArchiveDialog({ product, open, onClose, onArchived }: ArchiveDialogProps) {
  const { t } = useLingui()
  const archive = useArchiveProduct()
  const count = product.variants.length
  const isStale = archive.error instanceof ProblemError && archive.error.status === 412
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t`Archive ${product.title}?`}
      actions={
        <>
          <Button tone="quiet" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button
            tone="danger"
            busy={archive.isPending}
            onClick={() =>
              archive.mutate(product, {
                onSuccess: () => {
                  onClose()
                  onArchived?.()
                },
              })
            }
          >
            {archive.isPending ? t`Archiving…` : t`Archive`}
          </Button>
        </>
      }
    >
      <div className="grid gap-3">
        <p>
          {t`Shoppers no longer see the product, and ${plural(count, {
            one: 'its one variant',
            other: 'its # variants',
          })} can no longer be bought. Orders that have it keep it, and it can be published again at any time.`}
        </p>
        {archive.error && (
          <ErrorState error={archive.error} title={t`The product is not archived`}>
            {isStale && t`Somebody changed it meanwhile. Reload the page and look again.`}
          </ErrorState>
        )}
      </div>
    </Dialog>
  )
}
