// Owns the list of payments by how they stand.
import { useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { Button } from '@rialto/ui/button.tsx'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { LoadMore } from '@rialto/ui/load-more.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { CreditCard, RefreshCw } from 'lucide-react'
import { useMemo } from 'react'
import { columnsOf, DataTable, NUMBERS } from '#lib/list/data-table.tsx'
import { FilterChips } from '#lib/list/filter-chips.tsx'
import { StateFilter } from '#lib/list/state-filter.tsx'
import { Page } from '#lib/page.tsx'
import { StateBadge } from '#lib/words.tsx'
import { type Payment, type PaymentFilter, paymentsQuery, STATUSES } from './api.ts'
import { PAYMENT_WORDS } from './words.ts'

const column = columnsOf<Payment>()

export function PaymentsPage({ filter }: { filter: PaymentFilter }) {
  const { t, i18n } = useLingui()
  const navigate = useNavigate()
  const columns = usePaymentColumns()
  const payments = useInfiniteQuery(paymentsQuery(filter))
  const rows = payments.data?.pages.flatMap(({ items }) => items) ?? []
  const set = (change: PaymentFilter) => navigate({ to: '/payments', search: { ...filter, ...change } })
  const chips = [
    { key: 'status', label: filter.status && i18n._(PAYMENT_WORDS[filter.status].word) },
    { key: 'order_id', label: filter.order_id && t`One order` },
  ].flatMap(({ key, label }) => (label ? [{ key, label, onRemove: () => set({ [key]: undefined }) }] : []))

  return (
    <Page
      title={t`Payments`}
      actions={
        <Button tone="outline" size="small" busy={payments.isRefetching} onClick={() => payments.refetch()}>
          <Icon of={RefreshCw} size={16} /> {t`Refresh`}
        </Button>
      }
    >
      <StateFilter
        name="status"
        label={t`Status`}
        states={STATUSES}
        words={PAYMENT_WORDS}
        value={filter.status}
        onChange={(status) => set({ status })}
        className="max-w-xs"
      />
      <FilterChips chips={chips} onClear={() => navigate({ to: '/payments', search: {} })} />
      {payments.error && (
        <ErrorState
          error={payments.error}
          title={t`The payments could not be loaded`}
          retry={() => payments.refetch()}
        />
      )}
      {payments.isPending && (
        <Loading>
          <Skeleton className="h-96 rounded-card" />
        </Loading>
      )}
      {payments.data && rows.length === 0 && (
        <EmptyState icon={CreditCard} title={chips.length > 0 ? t`No payment matches` : t`No payments yet`}>
          {chips.length > 0
            ? t`Take one of the filters away.`
            : t`The first try to pay appears here, whether it succeeds or not.`}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataTable
          caption={t`Payments`}
          columns={columns}
          rows={rows}
          rowId={({ payment_id }) => payment_id}
          rowName={({ order_number }) => order_number}
        />
      )}
      <LoadMore
        shown={rows.length}
        hasMore={payments.hasNextPage}
        busy={payments.isFetchingNextPage}
        onMore={() => payments.fetchNextPage()}
      />
    </Page>
  )
}

function usePaymentColumns() {
  const { t } = useLingui()
  return useMemo(
    () => [
      column.accessor('order_number', {
        header: t`Order`,
        cell: ({ row: { original: payment } }) => (
          <Link
            to="/payments/$id"
            params={{ id: payment.payment_id }}
            className="inline-flex min-h-6 items-center font-medium underline-offset-4 hover:underline"
          >
            {payment.order_number}
          </Link>
        ),
      }),
      column.accessor('status', {
        header: t`Status`,
        cell: ({ row: { original: payment } }) => (
          <span className="flex gap-2">
            <StateBadge words={PAYMENT_WORDS} state={payment.status} />
            {payment.disputed.amount > 0 && <Badge tone="bad">{t`Disputed`}</Badge>}
          </span>
        ),
      }),
      column.accessor('created_at', { header: t`Begun`, cell: ({ getValue }) => <RelativeTime at={getValue()} /> }),
      column.accessor('amount', {
        header: t`Amount`,
        meta: NUMBERS,
        cell: ({ getValue }) => <Money value={getValue()} />,
      }),
      column.accessor('captured', {
        header: t`Taken`,
        meta: NUMBERS,
        cell: ({ getValue }) => <Sum value={getValue()} />,
      }),
      column.accessor('refunded', {
        header: t`Given back`,
        meta: NUMBERS,
        cell: ({ getValue }) => <Sum value={getValue()} />,
      }),
    ],
    [t],
  )
}

function Sum({ value }: { value: Payment['amount'] }) {
  return value.amount === 0 ? <span className="text-soft">—</span> : <Money value={value} />
}
