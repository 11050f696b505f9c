// Owns the list of orders, tabs by the work that waits, and its filters.
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { LoadMore } from '@rialto/ui/load-more.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Inbox, RefreshCw } from 'lucide-react'
import { DataTable } from '#lib/list/data-table.tsx'
import { FilterChips } from '#lib/list/filter-chips.tsx'
import { SavedViews } from '#lib/list/saved-views.tsx'
import { Page } from '#lib/page.tsx'
import { type OrderFilter, ordersQuery, SORTS } from './api.ts'
import { NewOrdersPill } from './new-orders-pill.tsx'
import { OrderBulk } from './order-bulk.tsx'
import { OrderCard } from './order-card.tsx'
import { useOrderColumns } from './order-columns.tsx'
import { OrderFilters } from './order-filters.tsx'
import { useOrderChips } from './use-order-chips.ts'
import { WorkTabs } from './work-tabs.tsx'

export function OrdersPage({ filter }: { filter: OrderFilter }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const columns = useOrderColumns()
  const orders = useInfiniteQuery(ordersQuery(filter))
  const rows = orders.data?.pages.flatMap((page) => page.items) ?? []

  const show = (search: OrderFilter) => navigate({ to: '/orders', search })
  const set = (change: OrderFilter) => show({ ...filter, ...change })
  const chips = useOrderChips(filter, set)
  const [newest] = rows

  return (
    <Page
      title={t`Orders`}
      actions={
        <div className="flex gap-2">
          <SavedViews list="orders" filter={filter} onChoose={show} />
          <Button tone="outline" size="small" busy={orders.isRefetching} onClick={() => orders.refetch()}>
            <Icon of={RefreshCw} size={16} /> {t`Refresh`}
          </Button>
        </div>
      }
    >
      <WorkTabs filter={filter} />
      <OrderFilters filter={filter} onChange={set} />
      <FilterChips chips={chips} onClear={() => show({})} />
      {orders.error && (
        <ErrorState error={orders.error} title={t`The orders could not be loaded`} retry={() => orders.refetch()} />
      )}
      {orders.isPending && (
        <Loading>
          <Skeleton className="h-96 rounded-card" />
        </Loading>
      )}
      {orders.data && rows.length === 0 && (
        <EmptyState icon={Inbox} title={chips.length > 0 ? t`No order matches these filters` : t`No orders yet`}>
          {chips.length > 0 ? t`Take one of the filters away.` : t`The first one appears here as soon as it is placed.`}
        </EmptyState>
      )}
      {newest && !filter.to && !filter.sort && (
        <NewOrdersPill filter={filter} newest={newest.created_at} onShow={() => orders.refetch()} />
      )}
      {rows.length > 0 && (
        <DataTable
          caption={t`Orders`}
          columns={columns}
          rows={rows}
          rowId={(order) => order.id}
          rowName={(order) => order.number}
          sort={{
            keys: { created_at: 'created_at', total: 'total' },
            value: filter.sort ?? '-created_at',
            onChange: (sort) => set({ sort: SORTS.find((known) => known === sort) }),
          }}
          card={(order) => <OrderCard order={order} />}
          bulk={(chosen, clear) => <OrderBulk chosen={chosen} onDone={clear} />}
        />
      )}
      <LoadMore
        shown={rows.length}
        hasMore={orders.hasNextPage}
        busy={orders.isFetchingNextPage}
        onMore={() => orders.fetchNextPage()}
      />
    </Page>
  )
}
