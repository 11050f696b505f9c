// Owns the inbox of returns, sorted by the step that they wait for.
import { Plural, useLingui } from '@lingui/react/macro'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { LoadMore } from '@rialto/ui/load-more.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Undo2 } from 'lucide-react'
import { useMemo } from 'react'
import { columnsOf, DataTable, NUMBERS } from '#lib/list/data-table.tsx'
import { Page } from '#lib/page.tsx'
import { type Return, type ReturnFilter, type ReturnStatus, returnsQuery } from './api.ts'
import { ReturnBadge } from './return-words.tsx'
import { StepTabs } from './step-tabs.tsx'

const column = columnsOf<Return>()

export function ReturnsPage({ filter }: { filter: ReturnFilter }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const columns = useColumns()
  const returns = useInfiniteQuery(returnsQuery(filter))
  const rows = returns.data?.pages.flatMap((page) => page.items) ?? []
  const set = (status: ReturnStatus | undefined) => navigate({ to: '/orders/returns', search: { status } })
  return (
    <Page title={t`Returns`} above={[{ label: t`Orders`, link: { to: '/orders' } }]}>
      <StepTabs value={filter.status} onChange={set} />
      {returns.error && (
        <ErrorState error={returns.error} title={t`The returns could not be loaded`} retry={() => returns.refetch()} />
      )}
      {returns.isPending && (
        <Loading>
          <Skeleton className="h-72 rounded-card" />
        </Loading>
      )}
      {returns.data && rows.length === 0 && (
        <EmptyState icon={Undo2} title={filter.status ? t`No return waits at this step` : t`No returns yet`}>
          {t`Buyers ask for a return on the page of their order; it appears here.`}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataTable
          caption={t`Returns`}
          columns={columns}
          rows={rows}
          rowId={(item) => item.id}
          rowName={(item) => item.id}
        />
      )}
      <LoadMore
        shown={rows.length}
        hasMore={returns.hasNextPage}
        busy={returns.isFetchingNextPage}
        onMore={() => returns.fetchNextPage()}
      />
    </Page>
  )
}

function useColumns() {
  const { t } = useLingui()
  return useMemo(
    () => [
      column.accessor('order_number', {
        header: t`Order`,
        cell: ({ row: { original: item } }) => (
          <Link
            to="/orders/returns/$id"
            params={{ id: item.id }}
            className="font-medium underline-offset-4 hover:underline"
          >
            {item.order_number}
          </Link>
        ),
      }),
      column.accessor('status', { header: t`Step`, cell: ({ getValue }) => <ReturnBadge status={getValue()} /> }),
      column.accessor('lines', {
        header: t`Goods`,
        cell: ({ getValue }) => {
          const pieces = getValue().reduce((sum, { quantity }) => sum + quantity, 0)
          return <Plural value={pieces} one="# piece" other="# pieces" />
        },
      }),
      column.accessor('created_at', { header: t`Asked for`, cell: ({ getValue }) => <RelativeTime at={getValue()} /> }),
      column.accessor('updated_at', { header: t`Moved`, cell: ({ getValue }) => <RelativeTime at={getValue()} /> }),
      column.accessor('refund', {
        header: t`Refund`,
        meta: NUMBERS,
        cell: ({ getValue }) => {
          const refund = getValue()
          return refund ? <Money value={refund.amount} /> : '—'
        },
      }),
    ],
    [t],
  )
}
