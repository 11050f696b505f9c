// Owns the figures that have a chart: how each is read from an interval.
import type { SalesInterval } from './api.ts'

export const METRICS = ['sales', 'orders', 'average'] as const
export type Metric = (typeof METRICS)[number]

/** In minor units for money. */
export function figureOf(metric: Metric, { sales }: SalesInterval): number {
  if (metric === 'orders') return sales.orders_placed
  return metric === 'sales' ? sales.gross.amount : (sales.average_order?.amount ?? 0)
}
