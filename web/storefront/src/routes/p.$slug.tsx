// One product. `?variant=SKU` is the chosen variant; `stars` and `order` say which reviews are shown, and how.
import { useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute, redirect } from '@tanstack/react-router'
import { useAddToCart } from '#features/cart/use-add-to-cart.ts'
import { productQuery } from '#features/catalog/api.ts'
import { ProductPage } from '#features/catalog/product-page.tsx'
import { withdrawnFrom } from '#features/catalog/withdrawn.ts'
import { ORDERS, type Order } from '#features/reviews/review-filter.ts'
import { Reviews } from '#features/reviews/reviews.tsx'
import { found } from '#lib/found.ts'
import { lazyPart } from '#lib/lazy-part.ts'
import { text } from '#lib/search-params.ts'

const WithdrawnPage = lazyPart(() => import('#features/catalog/withdrawn-page.tsx'), 'WithdrawnPage')

interface ProductSearch {
  variant?: string | undefined
  stars?: string | undefined
  order?: Order | undefined
}

export const Route = createFileRoute('/p/$slug')({
  validateSearch: (search: Record<string, unknown>): ProductSearch => ({
    variant: text(search['variant']),
    stars: /^[1-5]$/.exec(text(search['stars']) ?? '')?.[0],
    order: ORDERS.find((order) => order === text(search['order'])),
  }),
  loader: async ({ context: { queryClient }, params: { slug } }) => {
    const load = found(queryClient.ensureQueryData(productQuery(slug)))
    const product = await load.catch((error) => {
      const withdrawn = withdrawnFrom(error)
      if (withdrawn) return withdrawn
      throw error
    })
    if ('withdrawn' in product) {
      await WithdrawnPage.preload?.()
      return product
    }
    // The shop answers for a slug of before, and says the one it has now.
    if (product.slug !== slug) throw redirect({ to: '/p/$slug', params: { slug: product.slug }, replace: true })
    return undefined
  },
  component: ProductRoute,
})

function ProductRoute() {
  const withdrawn = Route.useLoaderData()
  return withdrawn ? <WithdrawnPage category={withdrawn.category} /> : <Product />
}

function Product() {
  const { slug } = Route.useParams()
  const { variant, stars, order } = Route.useSearch()
  const { data: product } = useSuspenseQuery(productQuery(slug))
  const { mutate, error } = useAddToCart()
  return (
    <ProductPage
      slug={slug}
      variant={variant}
      purchase={{ add: mutate, error }}
      reviews={
        <Reviews
          slug={slug}
          title={product.title}
          rating={product.rating}
          filter={{ stars: stars ? Number(stars) : undefined, order }}
        />
      }
    />
  )
}
