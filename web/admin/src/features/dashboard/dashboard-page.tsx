// Owns the dashboard: what waits for a person first, then how the shop does in a period.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { downloadCsv } from '#lib/csv.ts'
import { Page } from '#lib/page.tsx'
import { useMay } from '#lib/session.ts'
import { type Period, type SalesReport, salesQuery } from './api.ts'
import { BestSellers } from './best-sellers.tsx'
import { ChartCard } from './chart-card.tsx'
import { Figures } from './figures.tsx'
import { FirstSteps } from './first-steps.tsx'
import { LowStock } from './low-stock.tsx'
import { intervalOf } from './period.ts'
import { PeriodPicker } from './period-picker.tsx'
import { reportRows } from './report-rows.ts'
import { TodoList } from './todo-list.tsx'

export function DashboardPage({ period }: { period: Period }) {
  const { t } = useLingui()
  const may = useMay()
  const navigate = useNavigate()
  const sales = useQuery(salesQuery(period, intervalOf(period)))
  const report = sales.data
  return (
    <Page
      title={t`Dashboard`}
      actions={<PeriodPicker period={period} onChange={(search) => navigate({ to: '/', search })} />}
    >
      <FirstSteps />
      {sales.error && (
        <ErrorState error={sales.error} title={t`The sales could not be loaded`} retry={() => sales.refetch()} />
      )}
      {sales.isPending && (
        <Loading>
          <Skeleton className="h-28 rounded-card" />
        </Loading>
      )}
      {report && <Figures report={report} />}
      {/* What waits comes first on phones, and beside the charts elsewhere. */}
      <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[minmax(0,2fr)_minmax(18rem,1fr)] lg:grid-rows-[auto_1fr]">
        <div className="lg:col-start-2">
          <TodoList />
        </div>
        <div className="grid grid-cols-1 gap-5 lg:col-start-1 lg:row-span-2 lg:row-start-1">
          {report && (
            <>
              <ChartCard metric="sales" title={t`Gross sales`} report={report} />
              <div className="grid grid-cols-1 gap-5 xl:grid-cols-2">
                <ChartCard metric="orders" title={t`Orders`} report={report} />
                <ChartCard metric="average" title={t`Average order`} report={report} />
              </div>
              <ReportNotes report={report} />
            </>
          )}
          {may('inventory:read') && <LowStock />}
        </div>
        <div className="lg:col-start-2">{report && <BestSellers report={report} />}</div>
      </div>
    </Page>
  )
}

/** What one has to know to read the figures right. */
function ReportNotes({ report }: { report: SalesReport }) {
  const format = useFormat()
  const day = (of: string) => format.date(`${of}T12:00:00Z`, { timeZone: 'UTC', dateStyle: 'medium' })
  const { before, timezone, left_out: leftOut } = report
  const period = `${day(before.from)} – ${day(before.to)}`
  return (
    <div className="flex flex-wrap items-start justify-between gap-3 text-sm text-soft">
      <ul className="grid gap-1">
        <li>
          <Trans>
            Days are those of {timezone}. Compared with {period}.
          </Trans>
        </li>
        {report.partial && (
          <li>
            <Trans>The last bar is pale: its time is not over yet.</Trans>
          </li>
        )}
        {leftOut > 0 && (
          <li>
            <Plural
              value={leftOut}
              one="# order in another currency is not counted."
              other="# orders in other currencies are not counted."
            />
          </li>
        )}
      </ul>
      <Button
        tone="outline"
        size="small"
        onClick={() => downloadCsv(`sales-${report.from}-${report.to}.csv`, reportRows(report))}
      >
        <Trans>Export as CSV</Trans>
      </Button>
    </div>
  )
}
