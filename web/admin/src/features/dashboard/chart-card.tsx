// Owns one figure over time: a chart, or the table of the same numbers; both from the same report.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { Skeleton } from '@rialto/ui/skeleton.tsx'
import { lazy, Suspense, useState } from 'react'
import type { SalesReport } from './api.ts'
import { IntervalTable } from './interval-table.tsx'
import type { Metric } from './metrics.ts'

// The library of charts is large: it comes after the figures.
const IntervalChart = lazy(() => import('./interval-chart.tsx'))

interface ChartCardProps {
  metric: Metric
  title: string
  report: SalesReport
}

export function ChartCard({ metric, title, report }: ChartCardProps) {
  const { t } = useLingui()
  const [isTable, setTable] = useState(false)
  return (
    <Card
      title={title}
      action={
        <Button tone="quiet" size="small" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? t`As a chart` : t`As a table`}
          <span className="sr-only">: {title}</span>
        </Button>
      }
    >
      {isTable ? (
        <IntervalTable report={report} title={title} />
      ) : (
        <figure>
          <Suspense fallback={<Skeleton className="h-56" />}>
            {/* The table says the same to those who cannot see the chart. It takes its new size a moment after the window. */}
            <div aria-hidden="true" className="h-56 overflow-hidden">
              <IntervalChart metric={metric} report={report} />
            </div>
          </Suspense>
          <figcaption className="sr-only">
            <Trans>A chart of {title}. Choose “As a table” for its numbers.</Trans>
          </figcaption>
        </figure>
      )}
    </Card>
  )
}
