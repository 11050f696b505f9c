// Owns the place for what else there is like a product. It stands far down, and comes when somebody is near.
import { lazy, Suspense } from 'react'
import { useNearView } from '#lib/use-near-view.ts'
import type { Product } from './api.ts'

const Shelf = lazy(() => import('./related-shelf.tsx').then((file) => ({ default: file.RelatedShelf })))

export function RelatedProducts({ product }: { product: Product }) {
  const { ref, isNear } = useNearView<HTMLDivElement>()
  const category = product.breadcrumbs.at(-1)?.slug
  return (
    <div ref={ref} className="empty:min-h-96">
      {isNear && category && (
        <Suspense fallback={<div className="min-h-96" />}>
          <Shelf product={product} category={category} />
        </Suspense>
      )}
    </div>
  )
}
