// Owns the list of accounts: customers first of all, staff among them.
import { useLingui } from '@lingui/react/macro'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { LoadMore } from '@rialto/ui/load-more.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { UsersRound } from 'lucide-react'
import { useMemo } from 'react'
import { columnsOf, DataTable } from '#lib/list/data-table.tsx'
import { FilterChips } from '#lib/list/filter-chips.tsx'
import { SavedViews } from '#lib/list/saved-views.tsx'
import { Page } from '#lib/page.tsx'
import { AccountBadge, useRoleName } from './account-badge.tsx'
import { type Account, type CustomerFilter, customersQuery } from './api.ts'
import { CustomerFilters } from './customer-filters.tsx'

const column = columnsOf<Account>()

export function CustomersPage({ filter }: { filter: CustomerFilter }) {
  const { t, i18n } = useLingui()
  const navigate = useNavigate()
  const columns = useColumns()
  const roleName = useRoleName()
  const accounts = useInfiniteQuery(customersQuery(filter))
  const rows = accounts.data?.pages.flatMap((page) => page.items) ?? []

  const show = (search: CustomerFilter) => navigate({ to: '/customers', search })
  const set = (change: CustomerFilter) => show({ ...filter, ...change })
  const statusWords: Record<string, string> = { active: t`Active`, disabled: t`Disabled`, erased: t`Erased` }
  const chips = [
    { key: 'q', label: filter.q },
    { key: 'role', label: filter.role && roleName(filter.role) },
    { key: 'status', label: filter.status && statusWords[filter.status] },
  ].flatMap(({ key, label }) => (label ? [{ key, label, onRemove: () => set({ [key]: undefined }) }] : []))

  return (
    <Page title={t`Customers`} actions={<SavedViews list="customers" filter={filter} onChoose={show} />}>
      <CustomerFilters filter={filter} onChange={set} />
      <FilterChips chips={chips} onClear={() => show({})} />
      {accounts.error && (
        <ErrorState
          error={accounts.error}
          title={t`The accounts could not be loaded`}
          retry={() => accounts.refetch()}
        />
      )}
      {accounts.isPending && (
        <Loading>
          <Skeleton className="h-96 rounded-card" />
        </Loading>
      )}
      {accounts.data && rows.length === 0 && (
        <EmptyState
          icon={UsersRound}
          title={chips.length > 0 ? t`No account matches these filters` : t`No accounts yet`}
        >
          {chips.length > 0
            ? t`Take one of the filters away. Guests have no account; find them by the e-mail address of an order.`
            : t`Whoever registers at the shop appears here. Guests buy without an account.`}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataTable
          key={i18n.locale}
          caption={t`Accounts`}
          columns={columns}
          rows={rows}
          rowId={(account) => account.id}
          rowName={(account) => account.name || account.email}
        />
      )}
      <LoadMore
        shown={rows.length}
        hasMore={accounts.hasNextPage}
        busy={accounts.isFetchingNextPage}
        onMore={() => accounts.fetchNextPage()}
      />
    </Page>
  )
}

function useColumns() {
  const { t } = useLingui()
  const roleName = useRoleName()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names of roles change with the language, as `t` does.
  return useMemo(
    () => [
      column.accessor('name', {
        header: t`Name`,
        cell: ({ row: { original: account } }) => (
          <Link
            to="/customers/$id"
            params={{ id: account.id }}
            className="font-medium underline-offset-4 hover:underline"
          >
            {account.name || account.email}
          </Link>
        ),
      }),
      column.accessor('email', { header: t`E-mail` }),
      column.accessor('role', { header: t`Role`, cell: ({ getValue }) => roleName(getValue()) }),
      column.accessor('status', { header: t`Status`, cell: ({ getValue }) => <AccountBadge status={getValue()} /> }),
      column.accessor('created_at', {
        header: t`Registered`,
        cell: ({ getValue }) => <RelativeTime at={getValue()} />,
      }),
      column.accessor('last_login_at', {
        header: t`Last signed in`,
        cell: ({ getValue }) => {
          const at = getValue()
          return at ? <RelativeTime at={at} /> : '—'
        },
      }),
    ],
    [t],
  )
}
