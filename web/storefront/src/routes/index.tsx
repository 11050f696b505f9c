// The first page.
import { createFileRoute } from '@tanstack/react-router'
import { categoriesQuery, newestQuery } from '#features/catalog/api.ts'
import { HomePage } from '#features/catalog/home-page.tsx'

export const Route = createFileRoute('/')({
  loader: ({ context: { queryClient } }) =>
    Promise.all([queryClient.ensureQueryData(categoriesQuery), queryClient.ensureQueryData(newestQuery)]),
  component: HomePage,
})
