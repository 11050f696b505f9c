// Imports: a new one, and those of before.
import { createFileRoute } from '@tanstack/react-router'
import { importsQuery } from '#features/imports/api.ts'
import { ImportsPage } from '#features/imports/imports-page.tsx'

export const Route = createFileRoute('/_staff/_catalog/imports/')({
  loader: ({ context: { queryClient } }) => queryClient.prefetchInfiniteQuery(importsQuery),
  component: ImportsPage,
})
