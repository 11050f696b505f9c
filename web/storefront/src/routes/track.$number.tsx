// One parcel by the signed link of its mails, `?token=`.
import { createFileRoute } from '@tanstack/react-router'
import { parcelQuery } from '#features/orders/api.ts'
import { ParcelPage } from '#features/orders/parcel-page.tsx'
import { found } from '#lib/found.ts'
import { text } from '#lib/search-params.ts'

export const Route = createFileRoute('/track/$number')({
  validateSearch: (search: Record<string, unknown>): { token?: string } => ({ token: text(search['token']) }),
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queryClient }, params: { number }, deps: { token } }) =>
    found(queryClient.ensureQueryData(parcelQuery(number, token))),
  component: ParcelRoute,
})

function ParcelRoute() {
  const { number } = Route.useParams()
  return <ParcelPage number={number} token={Route.useSearch().token} />
}
