// Owns the list of promotions.
import { useLingui } from '@lingui/react/macro'
import { ButtonLink } from '@rialto/ui/button.tsx'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { LoadMore } from '@rialto/ui/load-more.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { BadgePercent, Plus } from 'lucide-react'
import { columnsOf, DataTable, NUMBERS } from '#lib/list/data-table.tsx'
import { Page } from '#lib/page.tsx'
import { useMay } from '#lib/session.ts'
import { StateBadge } from '#lib/words.tsx'
import { type Promotion, promotionsQuery, stateOf } from './api.ts'
import { PROMOTION_WORDS } from './promotion-words.ts'
import { useSentence } from './use-sentence.ts'

const column = columnsOf<Promotion>()

export function PromotionsPage() {
  const { t } = useLingui()
  const mayWrite = useMay()('orders:write')
  const sentence = useSentence()
  const promotions = useInfiniteQuery(promotionsQuery)
  const rows = promotions.data?.pages.flatMap((page) => page.items) ?? []
  const columns = [
    column.accessor('code', {
      header: t`Code`,
      cell: ({ row: { original: promotion } }) => (
        <Link
          to="/promotions/$id"
          params={{ id: promotion.id }}
          className="font-medium underline-offset-4 hover:underline"
        >
          {promotion.code}
        </Link>
      ),
    }),
    column.display({
      id: 'state',
      header: t`State`,
      cell: ({ row: { original: promotion } }) => (
        <span className="grid justify-items-start gap-0.5">
          <StateBadge words={PROMOTION_WORDS} state={stateOf(promotion)} />
          <When promotion={promotion} />
        </span>
      ),
    }),
    column.display({
      id: 'what',
      header: t`What it does`,
      cell: ({ row: { original: promotion } }) => (
        <span className="block min-w-64 max-w-lg whitespace-normal">
          {promotion.name && <span className="block font-medium">{promotion.name}</span>}
          <span className="text-sm text-soft">{sentence(promotion)}</span>
        </span>
      ),
    }),
    column.accessor('uses', {
      header: t`Used`,
      meta: NUMBERS,
      cell: ({ row: { original: promotion } }) => (
        <span className="tabular-nums">
          {promotion.max_uses ? t`${promotion.uses} of ${promotion.max_uses}` : promotion.uses}
        </span>
      ),
    }),
  ]
  const create = mayWrite && (
    <ButtonLink to="/promotions/new">
      <Icon of={Plus} /> {t`New promotion`}
    </ButtonLink>
  )
  return (
    <Page title={t`Promotions`} actions={create}>
      {promotions.error && (
        <ErrorState
          error={promotions.error}
          title={t`The promotions could not be loaded`}
          retry={() => promotions.refetch()}
        />
      )}
      {promotions.isPending && (
        <Loading>
          <Skeleton className="h-64 rounded-card" />
        </Loading>
      )}
      {promotions.data && rows.length === 0 && (
        <EmptyState icon={BadgePercent} title={t`No promotions yet`} action={create}>
          {t`A promotion is a code that shoppers type in their cart to pay less.`}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataTable
          caption={t`Promotions`}
          columns={columns}
          rows={rows}
          rowId={({ id }) => id}
          rowName={({ code }) => code}
        />
      )}
      <LoadMore
        shown={rows.length}
        hasMore={promotions.hasNextPage}
        busy={promotions.isFetchingNextPage}
        onMore={() => promotions.fetchNextPage()}
      />
    </Page>
  )
}

/** How long until it begins or ends, or since it ended. */
function When({ promotion }: { promotion: Promotion }) {
  const { t } = useLingui()
  const state = stateOf(promotion)
  const at = state === 'scheduled' ? promotion.starts_at : promotion.ends_at
  if (!at || state === 'off' || state === 'used_up') return null
  const label = state === 'scheduled' ? t`begins` : state === 'ended' ? t`ended` : t`ends`
  return (
    <span className="text-sm text-soft">
      {label} <RelativeTime at={at} />
    </span>
  )
}
