// Owns the question before a category is deleted, with what that does to its products.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import type { CategoryNode } from '#lib/category-tree.ts'
import { useDeleteCategory } from './api.ts'

export function DeleteDialog({ category, onClose }: { category: CategoryNode; onClose: () => void }) {
  const { t } = useLingui()
  const remove = useDeleteCategory()
  return (
    <Dialog
      open
      onClose={onClose}
      title={t`Delete ${category.title}?`}
      actions={
        <>
          <Button tone="quiet" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button
            tone="danger"
            busy={remove.isPending}
            onClick={() => remove.mutate(category.id, { onSuccess: onClose })}
          >
            {remove.isPending ? t`Deleting…` : t`Delete the category`}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <p>
          {t`${plural(category.product_count, {
            0: 'No published product stands in it.',
            one: 'One published product leaves it and stays in the shop.',
            other: '# published products leave it and stay in the shop.',
          })}`}{' '}
          {t`Its address /c/${category.slug} then leads nowhere.`}
        </p>
        {remove.error && <ErrorState error={remove.error} title={t`The category is not deleted`} />}
      </div>
    </Dialog>
  )
}
