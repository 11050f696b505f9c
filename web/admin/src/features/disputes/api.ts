// Owns disputes: what a buyer's bank takes back, until when the shop can answer, and with what.
import { api, ok } from '@rialto/api/client.ts'
import { ProblemError } from '@rialto/api/problem.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'

export type Dispute = components['schemas']['DisputeView']
export type DisputeStatus = components['schemas']['DisputeStatus']
export type Evidence = components['schemas']['Evidence']

export interface DisputeFilter {
  /** Absent: those that are not closed. */
  all?: boolean
}

export const disputesQuery = ({ all = false }: DisputeFilter) =>
  infiniteQueryOptions({
    queryKey: ['disputes', 'list', { all }],
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/payments/disputes', {
          params: { query: { ...(!all && { open: true }), cursor: pageParam, limit: 50 } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  })

/** A dispute has no address of its own in the API: its payment tells of it. */
export const disputeQuery = (paymentId: string, disputeId: string) =>
  queryOptions({
    queryKey: ['disputes', paymentId, disputeId],
    queryFn: async ({ signal }) => {
      const payment = await ok(api.GET('/payments/{id}', { params: { path: { id: paymentId } }, signal }))
      const dispute = payment.disputes.find(({ dispute_id }) => dispute_id === disputeId)
      if (!dispute) throw new ProblemError({ status: 404, code: 'not_found' })
      return { dispute, orderNumber: payment.order_number }
    },
  })

/** The parcel that proves the delivery, if one has left. */
export const parcelQuery = (orderId: string) =>
  queryOptions({
    queryKey: ['disputes', 'parcel', orderId],
    queryFn: async ({ signal }) => {
      const { items } = await ok(
        api.GET('/shipping/shipments', { params: { query: { order_id: orderId, limit: 20 } }, signal }),
      )
      return items.find(({ shipped_at }) => shipped_at) ?? null
    },
  })

export function useSubmitEvidence(dispute: Dispute) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (body: Evidence) =>
      ok(api.PUT('/payments/disputes/{id}/evidence', { params: { path: { id: dispute.dispute_id } }, body })),
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: ['disputes'] }),
        queryClient.invalidateQueries({ queryKey: ['payments'] }),
      ]),
  })
}
