// Owns what else there is like a product: others of its category.
import { Trans } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { type Product, relatedQuery } from './api.ts'
import { ProductGrid, ProductGridSkeleton } from './product-grid.tsx'

const SHOWN = 4

export function RelatedShelf({ product, category }: { product: Product; category: string }) {
  const { data, isError } = useQuery(relatedQuery(category))
  const others = data?.items.filter(({ id }) => id !== product.id).slice(0, SHOWN)
  // Nobody came for this: without it the page is whole, too.
  if (isError || others?.length === 0) return null
  return (
    <section className="grid gap-8">
      <h2 className="text-2xl sm:text-3xl">
        <Trans>You may like these too</Trans>
      </h2>
      {others ? <ProductGrid products={others} /> : <ProductGridSkeleton count={SHOWN} />}
    </section>
  )
}
