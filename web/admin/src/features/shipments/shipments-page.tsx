// Owns the list of shipments, with tabs by the work that waits.
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { LoadMore } from '@rialto/ui/load-more.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Package, RefreshCw } from 'lucide-react'
import { useMemo } from 'react'
import { columnsOf, DataTable } from '#lib/list/data-table.tsx'
import { FilterChips } from '#lib/list/filter-chips.tsx'
import { StateFilter } from '#lib/list/state-filter.tsx'
import { Page } from '#lib/page.tsx'
import { StateBadge } from '#lib/words.tsx'
import { type Shipment, type ShipmentFilter, STATUSES, shipmentsQuery } from './api.ts'
import { SHIPMENT_WORDS } from './words.ts'

const column = columnsOf<Shipment>()

export function ShipmentsPage({ filter }: { filter: ShipmentFilter }) {
  const { t, i18n } = useLingui()
  const navigate = useNavigate()
  const columns = useShipmentColumns()
  const shipments = useInfiniteQuery(shipmentsQuery(filter))
  const rows = shipments.data?.pages.flatMap(({ items }) => items) ?? []
  const set = (change: ShipmentFilter) => navigate({ to: '/shipping/shipments', search: { ...filter, ...change } })
  const chips = [
    { key: 'status', label: filter.status && i18n._(SHIPMENT_WORDS[filter.status].word) },
    { key: 'tracking_number', label: filter.tracking_number },
    { key: 'order_id', label: filter.order_id && t`One order` },
  ].flatMap(({ key, label }) => (label ? [{ key, label, onRemove: () => set({ [key]: undefined }) }] : []))

  return (
    <Page
      title={t`Shipments`}
      actions={
        <Button tone="outline" size="small" busy={shipments.isRefetching} onClick={() => shipments.refetch()}>
          <Icon of={RefreshCw} size={16} /> {t`Refresh`}
        </Button>
      }
    >
      <div className="flex flex-wrap items-end gap-3">
        <StateFilter
          name="status"
          label={t`Status`}
          states={STATUSES}
          words={SHIPMENT_WORDS}
          value={filter.status}
          onChange={(status) => set({ status })}
        />
        <form
          key={filter.tracking_number ?? ''}
          className="flex grow items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            const typed = String(new FormData(event.currentTarget).get('tracking_number') ?? '').trim()
            set({ tracking_number: typed || undefined })
          }}
        >
          <Field name="tracking_number" label={t`Tracking number`} className="grow sm:max-w-sm">
            {(wiring) => (
              <Input {...wiring} name="tracking_number" type="search" defaultValue={filter.tracking_number ?? ''} />
            )}
          </Field>
          <Button type="submit" tone="outline" className="shrink-0">
            {t`Search`}
          </Button>
        </form>
      </div>
      <FilterChips chips={chips} onClear={() => navigate({ to: '/shipping/shipments', search: {} })} />
      {shipments.error && (
        <ErrorState
          error={shipments.error}
          title={t`The shipments could not be loaded`}
          retry={() => shipments.refetch()}
        />
      )}
      {shipments.isPending && (
        <Loading>
          <Skeleton className="h-96 rounded-card" />
        </Loading>
      )}
      {shipments.data && rows.length === 0 && (
        <EmptyState icon={Package} title={chips.length > 0 ? t`No shipment matches` : t`Nothing to send yet`}>
          {chips.length > 0
            ? t`Take one of the filters away.`
            : t`A shipment appears here by itself as soon as an order is paid.`}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataTable
          caption={t`Shipments`}
          columns={columns}
          rows={rows}
          rowId={({ id }) => id}
          rowName={({ order_number }) => order_number}
        />
      )}
      <LoadMore
        shown={rows.length}
        hasMore={shipments.hasNextPage}
        busy={shipments.isFetchingNextPage}
        onMore={() => shipments.fetchNextPage()}
      />
    </Page>
  )
}

function useShipmentColumns() {
  const { t } = useLingui()
  const format = useFormat()
  return useMemo(
    () => [
      column.accessor('order_number', {
        header: t`Order`,
        cell: ({ row: { original: shipment } }) => (
          <Link
            to="/shipping/shipments/$id"
            params={{ id: shipment.id }}
            className="inline-flex min-h-6 items-center font-medium underline-offset-4 hover:underline"
          >
            {shipment.order_number}
          </Link>
        ),
      }),
      column.accessor('status', {
        header: t`Status`,
        cell: ({ getValue }) => <StateBadge words={SHIPMENT_WORDS} state={getValue()} />,
      }),
      column.accessor('created_at', { header: t`Since`, cell: ({ getValue }) => <RelativeTime at={getValue()} /> }),
      column.accessor(({ address }) => `${address.name}, ${address.city}, ${format.country(address.country)}`, {
        id: 'to',
        header: t`To`,
      }),
      column.accessor(({ items }) => items.reduce((sum, { quantity }) => sum + quantity, 0), {
        id: 'pieces',
        header: t`Goods`,
        cell: ({ getValue }) => plural(getValue(), { one: '# piece', other: '# pieces' }),
      }),
      column.accessor('service', { header: t`Service` }),
      column.accessor('tracking_number', { header: t`Tracking`, cell: ({ getValue }) => getValue() ?? '—' }),
    ],
    [t, format],
  )
}
