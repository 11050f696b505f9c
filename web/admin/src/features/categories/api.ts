// Owns writing categories; reading the tree belongs to lib/category-tree.ts, which products need too.
import { api, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { type QueryClient, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { type CategoryNode, categoryTreeQuery } from '#lib/category-tree.ts'

export type CategoryInput = components['schemas']['CategoryInput']
export type Category = components['schemas']['CategoryView']

/** The first products of a category and those below it. */
export const previewQuery = (slug: string) =>
  queryOptions({
    queryKey: ['products', 'of-category', slug],
    queryFn: ({ signal }) =>
      ok(api.GET('/products', { params: { query: { category: [slug], status: 'any', limit: 6 } }, signal })),
  })

export function inputOf(category: Category): CategoryInput {
  const { title, slug, description, parent_id, position } = category
  return { title, slug, description, parent: parent_id ?? null, position }
}

export function useSaveCategory() {
  const queryClient = useQueryClient()
  return useMutation({
    /** Without an id a new one is made. */
    mutationFn: ({ id, input }: { id?: string; input: CategoryInput }) =>
      id === undefined
        ? ok(api.POST('/categories', { body: input }))
        : ok(api.PUT('/categories/{id}', { params: { path: { id } }, body: input })),
    onSettled: () => refresh(queryClient),
  })
}

export function useDeleteCategory() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => ok(api.DELETE('/categories/{id}', { params: { path: { id } } })),
    onSettled: () => refresh(queryClient),
  })
}

/** Gives siblings the positions of their order; those that stand right already are not written. */
export function useReorder() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: async (siblings: readonly CategoryNode[]) => {
      for (const [position, category] of siblings.entries()) {
        if (category.position === position) continue
        const params = { path: { id: category.id } }
        await ok(api.PUT('/categories/{id}', { params, body: { ...inputOf(category), position } }))
      }
    },
    onSettled: () => refresh(queryClient),
  })
}

function refresh(queryClient: QueryClient): Promise<void> {
  void queryClient.invalidateQueries({ queryKey: ['products'] })
  return queryClient.invalidateQueries({ queryKey: categoryTreeQuery.queryKey })
}
