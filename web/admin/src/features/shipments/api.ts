// Owns shipments: packing, labels, handing over, and moving a sandbox parcel along.
import { api, idempotencyKey, ok } from '@rialto/api/client.ts'
import type { components, operations } from '@rialto/api/schema.d.ts'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'

export type Shipment = components['schemas']['Page_ShipmentView']['items'][number]
export type ShipmentDetail = components['schemas']['ShipmentDetail']
export type ShipmentStatus = components['schemas']['ShipmentStatus']
export type TrackingStatus = components['schemas']['TrackingStatus']
export type Advance = components['schemas']['Advance']
export type Box = components['schemas']['Box']
export type ShipmentFilter = Pick<
  NonNullable<operations['list_shipments']['parameters']['query']>,
  'status' | 'tracking_number' | 'order_id'
>

export const STATUSES = [
  'pending',
  'label_created',
  'shipped',
  'out_for_delivery',
  'delivered',
  'exception',
  'returned',
  'cancelled',
] as const satisfies ShipmentStatus[]

export const ADVANCES = [
  'in_transit',
  'out_for_delivery',
  'attempted_delivery',
  'available_for_pickup',
  'delivered',
  'delayed',
  'exception',
  'returned',
] as const satisfies Advance[]

export const shipmentsQuery = (filter: ShipmentFilter) =>
  infiniteQueryOptions({
    queryKey: ['shipments', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      ok(api.GET('/shipping/shipments', { params: { query: { ...filter, cursor: pageParam, limit: 50 } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

export const shipmentQuery = (id: string) =>
  queryOptions({
    queryKey: ['shipments', id],
    queryFn: ({ signal }) => ok(api.GET('/shipping/shipments/{id}', { params: { path: { id } }, signal })),
  })

function useForgetShipment() {
  const queryClient = useQueryClient()
  return () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: ['shipments'] }),
      // What leaves or is called off changes its order, too.
      queryClient.invalidateQueries({ queryKey: ['orders'] }),
    ])
}

export function usePackShipment(id: string) {
  const forget = useForgetShipment()
  return useMutation({
    mutationFn: ({ parcels, version }: { parcels: Box[]; version: number }) =>
      ok(
        api.PUT('/shipping/shipments/{id}/parcels', {
          params: { path: { id } },
          headers: { 'If-Match': `"${version}"` },
          body: { parcels },
        }),
      ),
    onSettled: forget,
  })
}

export function useShipShipment(id: string) {
  const forget = useForgetShipment()
  return useMutation({
    mutationFn: ({ key, ...body }: components['schemas']['ShipShipment'] & { key: string }) =>
      ok(
        api.POST('/shipping/shipments/{id}/ship', {
          params: { path: { id }, header: idempotencyKey(key) },
          body,
        }),
      ),
    onSettled: forget,
  })
}

export function useCancelShipment(id: string) {
  const forget = useForgetShipment()
  return useMutation({
    mutationFn: () => ok(api.POST('/shipping/shipments/{id}/cancel', { params: { path: { id } } })),
    onSettled: forget,
  })
}

export function useAdvanceShipment(id: string) {
  const forget = useForgetShipment()
  return useMutation({
    mutationFn: (status: Advance) =>
      ok(api.POST('/shipping/shipments/{id}/advance', { params: { path: { id } }, body: { status } })),
    onSettled: forget,
  })
}

/** The label as the printer wants it (ZPL). */
export function useLabel(id: string) {
  return useMutation({
    mutationFn: () => ok(api.GET('/shipping/shipments/{id}/label', { params: { path: { id } }, parseAs: 'text' })),
  })
}
