// The stock of one SKU.
import { createFileRoute } from '@tanstack/react-router'
import { stockQuery } from '#features/stock/api.ts'
import { SkuPage } from '#features/stock/sku-page.tsx'
import { found } from '#lib/found.ts'

export const Route = createFileRoute('/_staff/_catalog/stock/$sku')({
  loader: ({ context: { queryClient }, params: { sku } }) => found(queryClient.ensureQueryData(stockQuery(sku))),
  component: SkuRoute,
})

function SkuRoute() {
  return <SkuPage sku={Route.useParams().sku} />
}
