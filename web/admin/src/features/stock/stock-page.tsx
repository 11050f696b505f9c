// Owns the list of stock, and taking stock: counted numbers are typed right into it and saved together.
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { LoadMore } from '@rialto/ui/load-more.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Boxes, ClipboardList } from 'lucide-react'
import { useState } from 'react'
import { LeaveGuard } from '#lib/form/leave-guard.tsx'
import { DataTable } from '#lib/list/data-table.tsx'
import { FilterChips } from '#lib/list/filter-chips.tsx'
import { Page } from '#lib/page.tsx'
import { useMay } from '#lib/session.ts'
import { type StockFilter, stockListQuery } from './api.ts'
import { CountBar } from './count-bar.tsx'
import { type Counts, countedOf } from './counts.ts'
import { useStockColumns } from './stock-columns.tsx'
import { StockFilters } from './stock-filters.tsx'

export function StockPage({ filter }: { filter: StockFilter }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const mayWrite = useMay()('inventory:write')
  const [isCounting, setCounting] = useState(false)
  const [counts, setCounts] = useState<Counts>({})
  const stock = useInfiniteQuery(stockListQuery(filter))
  const rows = stock.data?.pages.flatMap((page) => page.items) ?? []
  const columns = useStockColumns(
    isCounting ? { counts, onCount: (sku, text) => setCounts({ ...counts, [sku]: text }) } : undefined,
  )

  const set = (change: StockFilter) => navigate({ to: '/stock', search: { ...filter, ...change } })
  const chips = [
    { key: 'prefix', label: filter.prefix && t`SKU begins with ${filter.prefix}` },
    {
      key: 'low',
      label:
        filter.low !== undefined &&
        (filter.low === 0
          ? t`Sold out`
          : t`${plural(filter.low, { one: '# piece or fewer', other: '# pieces or fewer' })}`),
    },
  ].flatMap(({ key, label }) => (label ? [{ key, label, onRemove: () => set({ [key]: undefined }) }] : []))

  function stopCounting() {
    setCounting(false)
    setCounts({})
  }

  return (
    <Page
      title={t`Stock`}
      actions={
        mayWrite &&
        !isCounting && (
          <Button tone="outline" onClick={() => setCounting(true)}>
            <Icon of={ClipboardList} /> {t`Take stock`}
          </Button>
        )
      }
    >
      <StockFilters filter={filter} onChange={set} />
      <FilterChips chips={chips} onClear={() => navigate({ to: '/stock', search: {} })} />
      {stock.error && (
        <ErrorState error={stock.error} title={t`The stock could not be loaded`} retry={() => stock.refetch()} />
      )}
      {stock.isPending && (
        <Loading>
          <Skeleton className="h-96 rounded-card" />
        </Loading>
      )}
      {stock.data && rows.length === 0 && (
        <EmptyState
          icon={Boxes}
          title={chips.length > 0 ? t`No SKU matches these filters` : t`Nothing is kept in stock yet`}
        >
          {chips.length > 0
            ? t`Take one of the filters away.`
            : t`Each variant of a product is counted here as soon as it exists.`}
        </EmptyState>
      )}
      {isCounting && (
        <p className="text-soft">{t`Type how many pieces you counted. What you leave empty stays as it is.`}</p>
      )}
      {rows.length > 0 && (
        <DataTable
          caption={t`Stock`}
          columns={columns}
          rows={rows}
          rowId={({ sku }) => sku}
          rowName={({ sku }) => sku}
        />
      )}
      <LoadMore
        shown={rows.length}
        hasMore={stock.hasNextPage}
        busy={stock.isFetchingNextPage}
        onMore={() => stock.fetchNextPage()}
      />
      {isCounting && <CountBar counts={counts} onDone={stopCounting} />}
      <LeaveGuard active={isCounting && countedOf(counts).length > 0} />
    </Page>
  )
}
