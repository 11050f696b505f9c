// The cart. An empty one offers what others like best.
import { Trans } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { cartQuery } from '#features/cart/api.ts'
import { CartPage } from '#features/cart/cart-page.tsx'
import { bestRatedQuery } from '#features/catalog/api.ts'
import { ProductGrid, ProductGridSkeleton } from '#features/catalog/product-grid.tsx'

const SHOWN = 4

export const Route = createFileRoute('/cart')({
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData({ ...cartQuery, revalidateIfStale: true }),
  component: () => <CartPage suggestions={<Favourites />} />,
})

function Favourites() {
  const { data, isPending } = useQuery(bestRatedQuery)
  const products = data?.items.slice(0, SHOWN) ?? []
  // Its place is kept, so that nothing below moves when they come.
  if (!isPending && products.length === 0) return null
  return (
    <section className="grid gap-8">
      <h2 className="text-2xl">
        <Trans>What others like best</Trans>
      </h2>
      {isPending ? <ProductGridSkeleton count={SHOWN} /> : <ProductGrid products={products} />}
    </section>
  )
}
