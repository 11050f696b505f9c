// Owns taking goods back that are already here: a return that is opened, approved and received in one go.
import { api, idempotencyKey, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { refreshOrders } from './api.ts'

export type Disposition = components['schemas']['Disposition']
type ReturnView = components['schemas']['ReturnView']

export interface TakeBack {
  orderId: string
  quantities: Readonly<Record<string, number>>
  disposition: Disposition
  /** In words: the buyer may read it. */
  reason: string
  key: string
}

/** Goes on where it was interrupted: the key finds the same return again, and its status says what is left to do. */
async function takeBack({ orderId, quantities, disposition, reason, key }: TakeBack): Promise<ReturnView> {
  const pieces = Object.entries(quantities)
    .filter(([, quantity]) => quantity > 0)
    .map(([sku, quantity]) => ({ sku, quantity }))
  const { id } = await ok(
    api.POST('/orders/{id}/returns', {
      params: { path: { id: orderId } },
      body: { lines: pieces.map((piece) => ({ ...piece, reason })) },
      headers: idempotencyKey(key),
    }),
  )
  const path = { id }
  let found = await ok(api.GET('/returns/{id}', { params: { path } }))
  if (found.status === 'requested') {
    found = await ok(api.PUT('/returns/{id}', { params: { path }, body: { status: 'approved' } }))
  }
  if (found.status === 'approved') {
    const lines = pieces.map((piece) => ({ ...piece, disposition }))
    found = await ok(api.PUT('/returns/{id}', { params: { path }, body: { status: 'received', lines } }))
  }
  return found
}

export function useTakeBack() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: takeBack,
    onSettled: () => refreshOrders(queryClient),
  })
}
