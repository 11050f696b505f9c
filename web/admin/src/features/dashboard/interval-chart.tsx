// Owns how a figure is drawn over time. Loaded when a chart is shown, for the size of its library.
import { toDecimal } from '@rialto/ui/currency.ts'
import { useFormat } from '@rialto/ui/use-format.ts'
import { Bar, BarChart, CartesianGrid, Cell, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import type { SalesReport } from './api.ts'
import { figureOf, type Metric } from './metrics.ts'
import { useIntervalName } from './use-interval-name.ts'

interface Bin {
  name: string
  value: number
  partial: boolean
}

const TICK = { fill: 'var(--color-soft)', fontSize: 12 }

// biome-ignore lint/style/noDefaultExport: React.lazy takes default exports.
export default function IntervalChart({ metric, report }: { metric: Metric; report: SalesReport }) {
  const format = useFormat()
  const nameOf = useIntervalName(report.interval)
  const { currency } = report
  const isMoney = metric !== 'orders'
  const bins: Bin[] = report.intervals.map((interval) => ({
    name: nameOf(interval),
    value: isMoney ? Number(toDecimal({ amount: figureOf(metric, interval), currency })) : figureOf(metric, interval),
    partial: interval.partial,
  }))
  const short = (value: number) => format.number(value, { notation: 'compact', maximumFractionDigits: 1 })
  const whole = (value: number) =>
    isMoney ? format.number(value, { style: 'currency', currency }) : format.number(value)
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart data={bins} accessibilityLayer={false} margin={{ top: 8, bottom: 0 }}>
        <CartesianGrid vertical={false} stroke="var(--color-line)" />
        <XAxis dataKey="name" tick={TICK} tickLine={false} axisLine={{ stroke: 'var(--color-line)' }} minTickGap={24} />
        <YAxis width={44} tick={TICK} tickLine={false} axisLine={false} allowDecimals={isMoney} tickFormatter={short} />
        <Tooltip
          cursor={{ fill: 'var(--color-sunken)' }}
          isAnimationActive={false}
          content={({ active, payload }) => {
            const bin = payload[0]?.payload as Bin | undefined
            if (!active || !bin) return null
            return (
              <div className="rounded-control bg-ink px-3 py-2 text-sm text-on-ink">
                {bin.name}
                <span className="block font-medium tabular-nums">{whole(bin.value)}</span>
              </div>
            )
          }}
        />
        <Bar dataKey="value" radius={[3, 3, 0, 0]} maxBarSize={36} isAnimationActive={false}>
          {bins.map(({ name, partial }) => (
            <Cell key={name} fill="var(--color-accent)" fillOpacity={partial ? 0.45 : 1} />
          ))}
        </Bar>
      </BarChart>
    </ResponsiveContainer>
  )
}
