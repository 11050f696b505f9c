// Owns the figures of a period beside those of the period before; each leads to the orders that prove it.
import { Trans, useLingui } from '@lingui/react/macro'
import { classes } from '@rialto/ui/classes.ts'
import { useFormat } from '@rialto/ui/use-format.ts'
import { Link } from '@tanstack/react-router'
import type { Sales, SalesReport } from './api.ts'

interface Figure {
  key: keyof Sales
  label: string
  /** What it leads to, beside the period. */
  search?: { payment_status?: 'refunded' | 'paid' }
  /** More is worse. */
  isCost?: true
}

export function Figures({ report }: { report: SalesReport }) {
  const { t } = useLingui()
  const figures: Figure[] = [
    { key: 'gross', label: t`Gross sales` },
    { key: 'net', label: t`Net, after refunds` },
    { key: 'orders_placed', label: t`Orders placed` },
    { key: 'orders_paid', label: t`Orders paid` },
    { key: 'average_order', label: t`Average order` },
    { key: 'refunds', label: t`Refunds`, isCost: true },
  ]
  return (
    <ul className="grid grid-cols-2 gap-3 lg:grid-cols-3 2xl:grid-cols-6">
      {figures.map((figure) => (
        <li key={figure.key}>
          <FigureCard figure={figure} report={report} />
        </li>
      ))}
    </ul>
  )
}

function FigureCard({ figure, report }: { figure: Figure; report: SalesReport }) {
  const format = useFormat()
  const now = report.totals[figure.key]
  const before = report.before.totals[figure.key]
  const show = (value: Sales[keyof Sales]) => {
    if (value === null || value === undefined) return '—'
    return typeof value === 'number' ? format.number(value) : format.money(value)
  }
  const start = report.intervals.at(0)?.start
  const end = report.intervals.at(-1)?.end
  return (
    <Link
      to="/orders"
      search={{ from: start, to: end }}
      className="grid h-full content-start gap-1 rounded-card border border-line bg-card p-4 hover:border-edge"
    >
      <span className="text-sm text-soft">{figure.label}</span>
      <span className="text-xl font-semibold tabular-nums sm:text-2xl">{show(now)}</span>
      <span className="flex flex-wrap items-baseline gap-x-2 text-sm text-soft">
        <Change now={minor(now)} before={minor(before)} isCost={figure.isCost ?? false} />
        <span>
          <Trans>before: {show(before)}</Trans>
        </span>
      </span>
    </Link>
  )
}

function Change({ now, before, isCost }: { now: number; before: number; isCost: boolean }) {
  const format = useFormat()
  if (before === 0) return null
  const share = (now - before) / before
  const isGood = isCost ? share <= 0 : share >= 0
  return (
    <span className={classes('font-medium', isGood ? 'text-good' : 'text-bad')}>
      <span aria-hidden="true">{share < 0 ? '▼' : '▲'} </span>
      {format.number(share, { style: 'percent', signDisplay: 'exceptZero', maximumFractionDigits: 0 })}
    </span>
  )
}

function minor(value: Sales[keyof Sales]): number {
  if (value === null || value === undefined) return 0
  return typeof value === 'number' ? value : value.amount
}
