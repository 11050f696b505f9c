// One import.
import { createFileRoute } from '@tanstack/react-router'
import { importQuery } from '#features/imports/api.ts'
import { ImportPage } from '#features/imports/import-page.tsx'
import { found } from '#lib/found.ts'

export const Route = createFileRoute('/_staff/_catalog/imports/$id')({
  loader: ({ context: { queryClient }, params }) => found(queryClient.ensureQueryData(importQuery(params.id))),
  component: ImportRoute,
})

function ImportRoute() {
  return <ImportPage id={Route.useParams().id} />
}
