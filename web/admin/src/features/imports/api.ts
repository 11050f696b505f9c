// Owns imports: files of products, what they would change, how far they are, and taking them back.
import { api, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'

export type Import = components['schemas']['ImportView']
export type ImportDetail = components['schemas']['ImportDetail']
export type ImportState = components['schemas']['ImportState']
export type ImportFormat = components['schemas']['ImportFormat']
export type ImportMode = components['schemas']['ImportMode']
export type ImportReading = components['schemas']['ImportReading']
export type ImportCounts = components['schemas']['ImportCounts']
export type RowProblem = components['schemas']['RowProblem']

export const FORMATS = ['shopify', 'woocommerce'] as const satisfies ImportFormat[]
export const MODES = ['all', 'new', 'existing'] as const satisfies ImportMode[]

/** How often a page looks at an import that the shop works on. */
const LOOK_MS = 700

/** Whether the shop works on it by itself. */
export function isWorkedOn(state: ImportState): boolean {
  return state === 'checking' || state === 'running' || state === 'undoing'
}

export const importsQuery = infiniteQueryOptions({
  queryKey: ['imports', 'list'],
  queryFn: ({ pageParam, signal }) =>
    ok(api.GET('/imports', { params: { query: { cursor: pageParam, limit: 20 } }, signal })),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
  refetchInterval: ({ state: { data } }) =>
    data?.pages.some(({ items }) => items.some(({ state }) => isWorkedOn(state))) ? LOOK_MS : false,
})

export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ['imports', 'one', id],
    queryFn: ({ signal }) => ok(api.GET('/imports/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state: { data } }) => (data && isWorkedOn(data.state) ? LOOK_MS : false),
  })

/** The rows that were not taken over, as a file to mend and to send again. */
export function refusedRows(id: string): Promise<string> {
  return ok(api.GET('/imports/{id}/errors', { params: { path: { id } }, parseAs: 'text' }))
}

export type Order = 'start' | 'stop' | 'undo'

/** What staff tell the shop to do with an import. */
export function useOrder(id: string) {
  const queryClient = useQueryClient()
  const params = { path: { id } }
  return useMutation({
    mutationFn: (order: Order) => {
      if (order === 'start') return ok(api.POST('/imports/{id}/start', { params }))
      return order === 'stop'
        ? ok(api.POST('/imports/{id}/stop', { params }))
        : ok(api.POST('/imports/{id}/undo', { params }))
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['imports'] }),
  })
}

/** Has the file read in another way. */
export function useReread(id: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (body: ImportReading) => ok(api.PUT('/imports/{id}', { params: { path: { id } }, body })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['imports'] }),
  })
}
