// Owns delivery zones and their rates.
import { api, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'

export type Zone = components['schemas']['ZoneView']
export type ZoneDraft = Required<components['schemas']['ZoneBody']>
export type Area = components['schemas']['AreaBody']
export type Rate = components['schemas']['RateView']
export type RateDraft = components['schemas']['RateBody']
export type Pricing = components['schemas']['Pricing']
export type Trial = components['schemas']['Trial']
export type TrialQuestion = components['schemas']['CalculateShipping']
export type NoDelivery = components['schemas']['NoDelivery']
export type Excluded = components['schemas']['Excluded']

/** The country that stands for every country which no other zone names. */
export const ANYWHERE = '*'

/** A shop has some zones, not thousands; they are all read. */
export const zonesQuery = queryOptions({
  queryKey: ['shipping', 'zones'],
  queryFn: async ({ signal }) => {
    const zones: Zone[] = []
    let cursor: string | undefined
    do {
      const page = await ok(api.GET('/shipping/zones', { params: { query: { cursor, limit: 100 } }, signal }))
      zones.push(...page.items)
      cursor = page.next_cursor ?? undefined
    } while (cursor)
    return zones
  },
})

export const zoneQuery = (id: string) =>
  queryOptions({
    queryKey: ['shipping', 'zones', id],
    queryFn: ({ signal }) => ok(api.GET('/shipping/zones/{id}', { params: { path: { id } }, signal })),
  })

export const coverageQuery = queryOptions({
  queryKey: ['shipping', 'coverage'],
  queryFn: ({ signal }) => ok(api.GET('/shipping/zones/coverage', { signal })),
})

export const trialQuery = (question: TrialQuestion) =>
  queryOptions({
    queryKey: ['shipping', 'trial', question],
    queryFn: ({ signal }) => ok(api.POST('/shipping/zones/try', { body: question, signal })),
  })

/** What can be put on the scales: the variants of products that match. */
export const goodsQuery = (q: string) =>
  queryOptions({
    queryKey: ['shipping', 'goods', q],
    queryFn: async ({ signal }) => {
      const { items } = await ok(api.GET('/products', { params: { query: { q, limit: 8 } }, signal }))
      return items.flatMap(({ title, variants }) =>
        variants.map(({ sku, title: variant }) => ({ sku, title: variant ? `${title}, ${variant}` : title })),
      )
    },
    placeholderData: (before) => before,
  })

/** Everything here hangs together: an area that one zone takes is missing from what is not covered. */
function useForgetShipping() {
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey: ['shipping'] })
}

export function useCreateZone() {
  const forget = useForgetShipping()
  return useMutation({
    mutationFn: (body: ZoneDraft) => ok(api.POST('/shipping/zones', { body })),
    onSuccess: forget,
  })
}

export function useUpdateZone(id: string) {
  const forget = useForgetShipping()
  return useMutation({
    mutationFn: ({ version, ...body }: ZoneDraft & { version: number }) =>
      ok(api.PUT('/shipping/zones/{id}', { params: { path: { id } }, headers: ifMatch(version), body })),
    onSuccess: forget,
  })
}

export function useDeleteZone() {
  const forget = useForgetShipping()
  return useMutation({
    mutationFn: ({ id, version }: Zone) =>
      ok(api.DELETE('/shipping/zones/{id}', { params: { path: { id } }, headers: ifMatch(version) })),
    onSuccess: forget,
  })
}

/** Saves over `rate`, or a new one where there is none. */
export function useSaveRate(zoneId: string, rate: Rate | undefined) {
  const forget = useForgetShipping()
  return useMutation({
    mutationFn: (body: RateDraft) =>
      rate
        ? ok(
            api.PUT('/shipping/zones/{id}/rates/{rate_id}', {
              params: { path: { id: zoneId, rate_id: rate.id } },
              headers: ifMatch(rate.version),
              body,
            }),
          )
        : ok(api.POST('/shipping/zones/{id}/rates', { params: { path: { id: zoneId } }, body })),
    onSuccess: forget,
  })
}

export function useDeleteRate() {
  const forget = useForgetShipping()
  return useMutation({
    mutationFn: ({ id, zone_id, version }: Rate) =>
      ok(
        api.DELETE('/shipping/zones/{id}/rates/{rate_id}', {
          params: { path: { id: zone_id, rate_id: id } },
          headers: ifMatch(version),
        }),
      ),
    onSuccess: forget,
  })
}

function ifMatch(version: number): { 'If-Match': string } {
  return { 'If-Match': `"${version}"` }
}
