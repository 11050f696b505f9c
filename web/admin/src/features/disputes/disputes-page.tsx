// Owns the list of disputes, the nearest deadline first.
import { useLingui } from '@lingui/react/macro'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { LoadMore } from '@rialto/ui/load-more.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { Tabs } from '@rialto/ui/tabs.tsx'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ShieldCheck } from 'lucide-react'
import { useMemo } from 'react'
import { columnsOf, DataTable, NUMBERS } from '#lib/list/data-table.tsx'
import { Page } from '#lib/page.tsx'
import { StateBadge } from '#lib/words.tsx'
import { type Dispute, type DisputeFilter, disputesQuery } from './api.ts'
import { Due } from './due.tsx'
import { DISPUTE_WORDS, REASON_WORDS } from './words.ts'

const column = columnsOf<Dispute>()

export function DisputesPage({ filter }: { filter: DisputeFilter }) {
  const { t } = useLingui()
  const navigate = useNavigate()
  const columns = useDisputeColumns()
  const disputes = useInfiniteQuery(disputesQuery(filter))
  const rows = disputes.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <Page title={t`Disputes`}>
      <Tabs
        label={t`Disputes`}
        tabs={[
          { key: 'open', label: t`Open` },
          { key: 'all', label: t`All` },
        ]}
        value={filter.all ? 'all' : 'open'}
        onChange={(tab) => navigate({ to: '/payments/disputes', search: tab === 'all' ? { all: true } : {} })}
      >
        {disputes.error && (
          <ErrorState
            error={disputes.error}
            title={t`The disputes could not be loaded`}
            retry={() => disputes.refetch()}
          />
        )}
        {disputes.isPending && (
          <Loading>
            <Skeleton className="h-60 rounded-card" />
          </Loading>
        )}
        {disputes.data && rows.length === 0 && (
          <EmptyState icon={ShieldCheck} title={filter.all ? t`No disputes so far` : t`No open disputes`}>
            {t`When a buyer's bank takes money back, it appears here with the day until which you can answer.`}
          </EmptyState>
        )}
        {rows.length > 0 && (
          <DataTable
            caption={t`Disputes`}
            columns={columns}
            rows={rows}
            rowId={({ dispute_id }) => dispute_id}
            rowName={({ provider_ref }) => provider_ref}
          />
        )}
        <LoadMore
          shown={rows.length}
          hasMore={disputes.hasNextPage}
          busy={disputes.isFetchingNextPage}
          onMore={() => disputes.fetchNextPage()}
        />
      </Tabs>
    </Page>
  )
}

function useDisputeColumns() {
  const { t, i18n } = useLingui()
  return useMemo(
    () => [
      column.accessor('reason', {
        header: t`Reason`,
        cell: ({ row: { original: dispute } }) => {
          const reason = REASON_WORDS[dispute.reason]
          return (
            <Link
              to="/payments/disputes/$id/$disputeId"
              params={{ id: dispute.payment_id, disputeId: dispute.dispute_id }}
              className="inline-flex min-h-6 items-center font-medium underline-offset-4 hover:underline"
            >
              {reason ? i18n._(reason) : dispute.reason.replaceAll('_', ' ')}
            </Link>
          )
        },
      }),
      column.accessor('evidence_due_by', {
        header: t`Answer due`,
        cell: ({ row: { original: dispute } }) => <Due dispute={dispute} />,
      }),
      column.accessor('status', {
        header: t`Status`,
        cell: ({ getValue }) => <StateBadge words={DISPUTE_WORDS} state={getValue()} />,
      }),
      column.accessor('amount', {
        header: t`Amount`,
        meta: NUMBERS,
        cell: ({ getValue }) => <Money value={getValue()} />,
      }),
    ],
    [t, i18n],
  )
}
