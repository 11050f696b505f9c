// Owns a look into a category: its first products, and the way to all of them.
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { ButtonLink } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { CategoryNode } from '#lib/category-tree.ts'
import { previewQuery } from './api.ts'

export function PreviewDialog({ category, onClose }: { category: CategoryNode; onClose: () => void }) {
  const { t } = useLingui()
  const products = useQuery(previewQuery(category.slug))
  return (
    <Dialog
      open
      onClose={onClose}
      title={category.title}
      actions={
        <ButtonLink to="/products" search={{ category: category.slug }}>
          {t`Show all of them`}
        </ButtonLink>
      }
    >
      {products.isPending && (
        <Loading>
          <Skeleton className="h-48" />
        </Loading>
      )}
      {products.error && (
        <ErrorState
          error={products.error}
          title={t`The products could not be loaded`}
          retry={() => products.refetch()}
        />
      )}
      {products.data && (
        <div className="grid gap-3">
          <p role="status" className="text-soft">
            {t`${plural(products.data.total, {
              0: 'No product stands in it or below it.',
              one: '# product, with those below it.',
              other: '# products, with those below it.',
            })}`}
          </p>
          <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3">
            {products.data.items.map(({ id, title, images }) => (
              <li key={id}>
                <Link to="/products/$id" params={{ id }} className="grid gap-2 hover:underline">
                  <img
                    src={images[0]?.sizes?.[0]?.url ?? images[0]?.url}
                    alt=""
                    className="aspect-square w-full rounded-control border border-line bg-sunken object-cover"
                  />
                  {title}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Dialog>
  )
}
