// Owns the grid of products, and its placeholder of the same size.
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import type { Product } from './api.ts'
import { ProductCard } from './product-card.tsx'

const GRIDS = {
  /** The whole width of the page. */
  page: 'grid grid-cols-2 gap-x-4 gap-y-10 sm:grid-cols-3 sm:gap-x-6 lg:grid-cols-4',
  /** Beside the filters. */
  narrow: 'grid grid-cols-2 gap-x-4 gap-y-10 sm:grid-cols-3 sm:gap-x-6',
} as const

/** These are seen at once, and loaded so. */
const FIRST = 2

interface ProductGridProps {
  products: readonly Product[]
  width?: keyof typeof GRIDS
  /** Whether the grid is at the top of the page, so that its first pictures load at once. */
  atTop?: boolean
}

export function ProductGrid({ products, width = 'page', atTop = false }: ProductGridProps) {
  return (
    <ul className={GRIDS[width]}>
      {products.map((product, index) => (
        <li key={product.id}>
          <ProductCard product={product} first={atTop && index < FIRST} />
        </li>
      ))}
    </ul>
  )
}

export function ProductGridSkeleton({ count, width = 'page' }: { count: number; width?: keyof typeof GRIDS }) {
  return (
    <Loading className={GRIDS[width]}>
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have nothing but their place.
        <div key={index} className="grid content-start gap-3">
          <Skeleton className="aspect-square rounded-card" />
          <Skeleton className="h-5 w-3/4" />
          <Skeleton className="h-5 w-1/3" />
        </div>
      ))}
    </Loading>
  )
}
