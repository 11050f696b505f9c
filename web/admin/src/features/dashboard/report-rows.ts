// Owns a report as the rows of a file.
import { toDecimal } from '@rialto/ui/currency.ts'
import type { SalesReport } from './api.ts'

const HEAD = [
  'from',
  'to',
  'currency',
  'gross',
  'refunds',
  'net',
  'orders_placed',
  'orders_paid',
  'average_order',
  'pieces',
]

export function reportRows(report: SalesReport): (string | number)[][] {
  const rows = report.intervals.map(({ from, to, sales }) => [
    from,
    to,
    report.currency,
    Number(toDecimal(sales.gross)),
    Number(toDecimal(sales.refunds)),
    Number(toDecimal(sales.net)),
    sales.orders_placed,
    sales.orders_paid,
    sales.average_order ? Number(toDecimal(sales.average_order)) : '',
    sales.pieces,
  ])
  return [HEAD, ...rows]
}
