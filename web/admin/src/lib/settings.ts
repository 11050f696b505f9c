// Owns what the shop runs with, as staff may see it.
import { api, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { queryOptions } from '@tanstack/react-query'

export type Settings = components['schemas']['SettingsView']

export const settingsQuery = queryOptions({
  queryKey: ['shop', 'settings'],
  queryFn: ({ signal }) => ok(api.GET('/settings', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
})
