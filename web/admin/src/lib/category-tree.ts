// Owns the tree of categories, which products are put into and lists are filtered by.
import { api, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { queryOptions } from '@tanstack/react-query'

export type CategoryNode = components['schemas']['CategoryNode']

export const categoryTreeQuery = queryOptions({
  queryKey: ['categories'],
  queryFn: async ({ signal }) => (await ok(api.GET('/categories', { signal }))).items,
  staleTime: 30_000,
})

/** All of the tree, each before those below it. */
export function flatten(nodes: readonly CategoryNode[]): CategoryNode[] {
  return nodes.flatMap((node) => [node, ...flatten(node.children)])
}

/** "Kitchen › Tableware". */
export function pathOf(node: CategoryNode): string {
  return node.breadcrumbs.map(({ title }) => title).join(' › ')
}
