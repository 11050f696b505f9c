// The tree of categories.
import { createFileRoute } from '@tanstack/react-router'
import { CategoriesPage } from '#features/categories/categories-page.tsx'
import { categoryTreeQuery } from '#lib/category-tree.ts'

export const Route = createFileRoute('/_staff/_catalog/categories')({
  loader: ({ context: { queryClient } }) => queryClient.ensureQueryData(categoryTreeQuery),
  component: CategoriesPage,
})
