// Owns the shipments of an order: what is to be packed, shipping it, its label, and calling it off.
import { api, idempotencyKey, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { refreshOrders } from './api.ts'

type Page = components['schemas']['Page_ShipmentView']
export type Shipment = Page['items'][number]
export type ShipmentStatus = components['schemas']['ShipmentStatus']
export type Advance = components['schemas']['AdvanceShipment']['status']
export type Box = components['schemas']['Box']
export type ShippedItem = Shipment['items'][number]

export const shipmentsQuery = (orderId: string) =>
  queryOptions({
    queryKey: ['orders', orderId, 'shipments'],
    queryFn: ({ signal }) =>
      ok(api.GET('/shipping/shipments', { params: { query: { order_id: orderId, limit: 100 } }, signal })),
  })

export const shipmentQuery = (orderId: string, id: string) =>
  queryOptions({
    queryKey: ['orders', orderId, 'shipments', id],
    queryFn: ({ signal }) => ok(api.GET('/shipping/shipments/{id}', { params: { path: { id } }, signal })),
  })

export interface Fulfilment {
  shipment: Shipment
  /** Of how many boxes, weighed; empty: one box of the goods' weight. */
  parcels: Box[]
  /** Pieces by SKU that go now; the rest stays to be sent. */
  quantities: Readonly<Record<string, number>>
  notify: boolean
  key: string
}

/** Packs, if boxes were weighed, and hands over; what stays behind becomes a shipment of its own. */
export async function fulfil({ shipment, parcels, quantities, notify, key }: Fulfilment) {
  const path = { id: shipment.id }
  if (parcels.length > 0) {
    await ok(api.PUT('/shipping/shipments/{id}/parcels', { params: { path }, body: { parcels } }))
  }
  const items = shipment.items
    .map(({ sku }) => ({ sku, quantity: quantities[sku] ?? 0 }))
    .filter(({ quantity }) => quantity > 0)
  const isAll = shipment.items.every(({ sku, quantity }) => quantities[sku] === quantity)
  const body = isAll ? { notify } : { items, notify }
  return ok(api.POST('/shipping/shipments/{id}/ship', { params: { path }, body, headers: idempotencyKey(key) }))
}

/** Sends all that waits of an order. */
export async function fulfilAll(orderId: string): Promise<void> {
  const { items } = await ok(
    api.GET('/shipping/shipments', { params: { query: { order_id: orderId, status: 'pending', limit: 100 } } }),
  )
  for (const { id } of items) {
    await ok(
      api.POST('/shipping/shipments/{id}/ship', {
        params: { path: { id } },
        body: {},
        // The same shipment is sent once, however often somebody asks.
        headers: idempotencyKey(`ship-${id}`),
      }),
    )
  }
}

export function useFulfil() {
  return useChange(fulfil)
}

export function useCancelShipment() {
  return useChange((id: string) => ok(api.POST('/shipping/shipments/{id}/cancel', { params: { path: { id } } })))
}

/** Of all goods of the order that are in no shipment. */
export function useCreateShipment(orderId: string) {
  return useChange(() => ok(api.POST('/shipping/shipments', { body: { order_id: orderId } })))
}

export function useAdvanceShipment() {
  return useChange(({ id, status }: { id: string; status: Advance }) =>
    ok(api.POST('/shipping/shipments/{id}/advance', { params: { path: { id } }, body: { status } })),
  )
}

export function label(id: string): Promise<string> {
  return ok(api.GET('/shipping/shipments/{id}/label', { params: { path: { id } }, parseAs: 'text' }))
}

function useChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient()
  return useMutation({ mutationFn: change, onSettled: () => refreshOrders(queryClient) })
}
