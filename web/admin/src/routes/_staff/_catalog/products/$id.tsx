// One product.
import { createFileRoute } from '@tanstack/react-router'
import { productQuery } from '#features/products/api.ts'
import { ProductPage } from '#features/products/editor/product-page.tsx'
import { categoryTreeQuery } from '#lib/category-tree.ts'
import { found } from '#lib/found.ts'

export const Route = createFileRoute('/_staff/_catalog/products/$id')({
  loader: ({ context: { queryClient }, params: { id } }) =>
    Promise.all([found(queryClient.ensureQueryData(productQuery(id))), queryClient.ensureQueryData(categoryTreeQuery)]),
  component: ProductRoute,
})

function ProductRoute() {
  const { id } = Route.useParams()
  // Another product begins with a form of its own.
  return <ProductPage key={id} id={id} />
}
