// Owns the page of imports: a new one, and those of before.
import { useLingui } from '@lingui/react/macro'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { LoadMore } from '@rialto/ui/load-more.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { FileSpreadsheet } from 'lucide-react'
import { useMemo } from 'react'
import { columnsOf, DataTable, NUMBERS } from '#lib/list/data-table.tsx'
import { Page } from '#lib/page.tsx'
import { StateBadge } from '#lib/words.tsx'
import { type Import, importsQuery } from './api.ts'
import { UploadCard } from './upload-card.tsx'
import { STATE_WORDS } from './words.ts'

const column = columnsOf<Import>()

export function ImportsPage() {
  const { t } = useLingui()
  const columns = useImportColumns()
  const imports = useInfiniteQuery(importsQuery)
  const rows = useMemo(() => imports.data?.pages.flatMap(({ items }) => items) ?? [], [imports.data])
  return (
    <Page title={t`Import`}>
      <UploadCard />
      <h2 className="text-lg">{t`Imports so far`}</h2>
      {imports.error && (
        <ErrorState error={imports.error} title={t`The imports could not be loaded`} retry={() => imports.refetch()} />
      )}
      {imports.isPending && (
        <Loading>
          <Skeleton className="h-60 rounded-card" />
        </Loading>
      )}
      {imports.data && rows.length === 0 && (
        <EmptyState icon={FileSpreadsheet} title={t`Nothing was imported yet`}>
          {t`Files stay here for a while, with what became of each row.`}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataTable
          caption={t`Imports`}
          columns={columns}
          rows={rows}
          rowId={({ id }) => id}
          rowName={({ file_name }) => file_name}
        />
      )}
      <LoadMore
        shown={rows.length}
        hasMore={imports.hasNextPage}
        busy={imports.isFetchingNextPage}
        onMore={() => imports.fetchNextPage()}
      />
    </Page>
  )
}

function useImportColumns() {
  const { t } = useLingui()
  const format = useFormat()
  return useMemo(() => {
    const count = (header: string, of: (counts: Import['counts']) => number) =>
      column.accessor(({ counts }) => of(counts), {
        id: header,
        header,
        meta: NUMBERS,
        cell: ({ getValue }) => format.number(getValue()),
      })
    return [
      column.accessor('file_name', {
        header: t`File`,
        cell: ({ row: { original: each } }) => (
          <Link to="/imports/$id" params={{ id: each.id }} className="font-medium underline-offset-4 hover:underline">
            {each.file_name || t`File without a name`}
          </Link>
        ),
      }),
      column.accessor('state', {
        header: t`State`,
        cell: ({ getValue }) => <StateBadge words={STATE_WORDS} state={getValue()} />,
      }),
      count(t`Rows`, ({ rows }) => rows),
      count(t`New`, ({ created }) => created),
      count(t`Changed`, ({ updated }) => updated),
      count(t`Refused`, ({ refused }) => refused),
      column.accessor('created_at', {
        header: t`Uploaded`,
        cell: ({ getValue }) => <RelativeTime at={getValue()} />,
      }),
    ]
  }, [t, format])
}
