// Owns the numbers of a report as a table, interval by interval; each row leads to the orders that prove it.
import { Trans } from '@lingui/react/macro'
import { Money } from '@rialto/ui/money.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { Link } from '@tanstack/react-router'
import type { SalesReport } from './api.ts'
import { useIntervalName } from './use-interval-name.ts'

export function IntervalTable({ report, title }: { report: SalesReport; title: string }) {
  const format = useFormat()
  const nameOf = useIntervalName(report.interval)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys.
    <section tabIndex={0} aria-label={title} className="relative max-h-80 overflow-auto">
      <table className="w-full text-sm tabular-nums">
        <caption className="sr-only">{title}</caption>
        <thead className="sticky top-0 bg-card">
          <tr className="border-line border-b text-soft">
            <th scope="col" className="py-2 text-start font-medium">
              <Trans>When</Trans>
            </th>
            {[
              <Trans key="g">Gross</Trans>,
              <Trans key="r">Refunds</Trans>,
              <Trans key="n">Net</Trans>,
              <Trans key="o">Orders</Trans>,
              <Trans key="a">Average</Trans>,
            ].map((head) => (
              <th key={head.key} scope="col" className="py-2 ps-3 text-end font-medium">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {report.intervals.map((interval) => {
            const { sales, start, end, partial } = interval
            return (
              <tr key={start} className="border-line border-b last:border-0">
                <th scope="row" className="py-1.5 text-start font-normal whitespace-nowrap">
                  <Link to="/orders" search={{ from: start, to: end }} className="underline underline-offset-4">
                    {nameOf(interval)}
                  </Link>
                  {partial && (
                    <span className="text-soft">
                      {' '}
                      <Trans>(in part)</Trans>
                    </span>
                  )}
                </th>
                <td className="py-1.5 ps-3 text-end">
                  <Money value={sales.gross} />
                </td>
                <td className="py-1.5 ps-3 text-end">
                  <Money value={sales.refunds} />
                </td>
                <td className="py-1.5 ps-3 text-end">
                  <Money value={sales.net} />
                </td>
                <td className="py-1.5 ps-3 text-end">{format.number(sales.orders_placed)}</td>
                <td className="py-1.5 ps-3 text-end">
                  {sales.average_order ? <Money value={sales.average_order} /> : '—'}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}
