// Owns what the dashboard asks for: sales of a period, what waits for a person, stock that runs out, a shop's first steps.
import { api, ok } from '@rialto/api/client.ts'
import type { components } from '@rialto/api/schema.d.ts'
import { queryOptions } from '@tanstack/react-query'

export type SalesReport = components['schemas']['SalesReport']
export type Sales = components['schemas']['Sales']
export type SalesInterval = components['schemas']['SalesInterval']
export type Interval = components['schemas']['Interval']

export interface Period {
  /** Days as `2026-11-22`, both included. */
  from: string
  to: string
}

/** Up to so many pieces left, a variant counts as running out. */
export const LOW_STOCK = 5
const REFRESH_MS = 60_000
const LOW_SHOWN = 8

export const salesQuery = (period: Period, interval: Interval) =>
  queryOptions({
    queryKey: ['dashboard', 'sales', period, interval],
    queryFn: ({ signal }) =>
      ok(api.GET('/reports/sales', { params: { query: { ...period, interval, limit: LOW_SHOWN } }, signal })),
    refetchInterval: REFRESH_MS,
    // The figures of the period before stay until the new ones are there.
    placeholderData: (previous) => previous,
  })

export const todoQuery = queryOptions({
  queryKey: ['orders', 'todo'],
  queryFn: ({ signal }) => ok(api.GET('/reports/todo', { signal })),
  refetchInterval: REFRESH_MS,
})

export const disputesDueQuery = queryOptions({
  queryKey: ['dashboard', 'disputes'],
  queryFn: ({ signal }) => ok(api.GET('/payments/disputes', { params: { query: { open: true, limit: 1 } }, signal })),
})

export const reviewsWaitingQuery = queryOptions({
  queryKey: ['dashboard', 'reviews'],
  queryFn: ({ signal }) => ok(api.GET('/reviews', { params: { query: { status: 'pending', limit: 1 } }, signal })),
})

export const eventsParkedQuery = queryOptions({
  queryKey: ['dashboard', 'events'],
  queryFn: ({ signal }) => ok(api.GET('/events/parked', { params: { query: { limit: 100 } }, signal })),
})

export const lowStockQuery = queryOptions({
  queryKey: ['dashboard', 'low stock'],
  queryFn: ({ signal }) =>
    ok(api.GET('/inventory', { params: { query: { low: LOW_STOCK, limit: LOW_SHOWN } }, signal })),
})

/** Which of a shop's first steps are done. */
export const firstStepsQuery = queryOptions({
  queryKey: ['dashboard', 'first steps'],
  queryFn: async ({ signal }) => {
    const one = { limit: 1 }
    const [products, zones, orders, paid] = await Promise.all([
      ok(api.GET('/products', { params: { query: one }, signal })),
      ok(api.GET('/shipping/zones', { params: { query: one }, signal })),
      ok(api.GET('/orders', { params: { query: one }, signal })),
      ok(api.GET('/orders', { params: { query: { ...one, payment_status: 'paid' } }, signal })),
    ])
    return {
      product: products.items.length > 0,
      shipping: zones.items.length > 0,
      order: orders.items.length > 0,
      payment: paid.items.length > 0,
    }
  },
  staleTime: REFRESH_MS,
})
