// Owns the messages that were sent about an order: reading them, and sending one again.
import { api, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'

export type Mail = components['schemas']['NotificationView']

export const mailsQuery = (orderId: string) =>
  queryOptions({
    queryKey: ['orders', orderId, 'mails'],
    queryFn: ({ signal }) =>
      ok(api.GET('/notifications/history', { params: { query: { order_id: orderId, limit: 100 } }, signal })),
  })

export const mailQuery = (id: string) =>
  queryOptions({
    queryKey: ['orders', 'mail', id],
    queryFn: ({ signal }) => ok(api.GET('/notifications/{id}', { params: { path: { id } }, signal })),
  })

export function useResendMail(orderId: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => ok(api.POST('/notifications/{id}/resend', { params: { path: { id } } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: mailsQuery(orderId).queryKey }),
  })
}
