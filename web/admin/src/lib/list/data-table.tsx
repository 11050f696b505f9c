// Owns tables of things: real links, keys j, k, Enter and x, choosing many, sorting on the server.
import { useLingui } from '@lingui/react/macro'
import { classes } from '@rialto/ui/classes.ts'
import { useMediaQuery } from '@rialto/ui/use-media-query.ts'
import {
  type ColumnDef,
  createColumnHelper,
  metaHelper,
  type RowData,
  type RowSelectionState,
  rowSelectionFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { type ReactNode, useRef, useState } from 'react'
import { ariaSort, type Sort, SortButton } from './sort-button.tsx'
import { useRowKeys } from './use-row-keys.ts'

const features = tableFeatures({ rowSelectionFeature, columnMeta: metaHelper<{ isNumber: boolean }>() })

/** `meta` of columns of numbers and sums, whose digits stand below each other. */
export const NUMBERS = { isNumber: true }

/** Columns of a table of `Row`; the first one holds the link to the thing. */
export function columnsOf<Row extends RowData>() {
  return createColumnHelper<typeof features, Row>()
}

interface DataTableProps<Row extends RowData> {
  caption: string
  // biome-ignore lint/suspicious/noExplicitAny: columns of one table hold values of many types, as in the library itself.
  columns: ColumnDef<typeof features, Row, any>[]
  rows: Row[]
  rowId: (row: Row) => string
  rowName: (row: Row) => string
  sort?: Sort
  /** What can be done with the chosen rows. Without it rows cannot be chosen. */
  bulk?: (chosen: Row[], clear: () => void) => ReactNode
  /** A row on phones, as a card instead of a line; it holds the link to the thing. */
  card?: (row: Row) => ReactNode
}

export function DataTable<Row extends RowData>(props: DataTableProps<Row>) {
  const { caption, columns, rows, rowId, rowName, sort, bulk, card } = props
  const { t } = useLingui()
  const body = useRef<HTMLTableSectionElement>(null)
  const isPhone = useMediaQuery('(width < 40rem)')
  const [rowSelection, setRowSelection] = useState<RowSelectionState>({})
  const model = useTable({
    features,
    columns,
    data: rows,
    getRowId: rowId,
    enableRowSelection: bulk !== undefined,
    state: { rowSelection },
    onRowSelectionChange: setRowSelection,
  })
  const chosen = bulk ? rows.filter((row) => rowSelection[rowId(row)]) : []
  useRowKeys(body)

  if (card && isPhone) {
    return (
      <ul aria-label={caption} className="grid grid-cols-1 gap-3">
        {rows.map((row) => (
          <li key={rowId(row)} className="relative rounded-card border border-line bg-card p-4 focus-within:bg-sunken">
            {card(row)}
          </li>
        ))}
      </ul>
    )
  }

  return (
    <div>
      {bulk && chosen.length > 0 && (
        <div className="sticky top-0 z-20 mb-2 flex flex-wrap items-center gap-3 rounded-control bg-sunken px-4 py-2">
          <p role="status">{t`${chosen.length} chosen`}</p>
          {bulk(chosen, () => setRowSelection({}))}
        </div>
      )}
      {/* Relative: texts for screen readers stand outside the flow, and would make the page wider than a phone. */}
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys.
        tabIndex={0}
        aria-label={caption}
        className="relative overflow-x-auto rounded-card border border-line bg-card"
      >
        <table className="w-full border-collapse text-start">
          <caption className="sr-only">{caption}</caption>
          <thead>
            {model.getHeaderGroups().map((group) => (
              <tr key={group.id} className="border-line border-b text-sm text-soft">
                {bulk && (
                  <th scope="col" className="w-12 ps-4 text-start">
                    <input
                      type="checkbox"
                      className="size-5 align-middle"
                      aria-label={t`Choose all`}
                      checked={model.getIsAllRowsSelected()}
                      onChange={model.getToggleAllRowsSelectedHandler()}
                    />
                  </th>
                )}
                {group.headers.map((header) => (
                  <th
                    key={header.id}
                    scope="col"
                    aria-sort={ariaSort(sort, header.column.id)}
                    className={classes(
                      'px-3 py-3 font-medium whitespace-nowrap first:ps-4 last:pe-4',
                      header.column.columnDef.meta?.isNumber ? 'text-end' : 'text-start',
                    )}
                  >
                    <SortButton sort={sort} column={header.column.id}>
                      <model.FlexRender header={header} />
                    </SortButton>
                  </th>
                ))}
              </tr>
            ))}
          </thead>
          <tbody ref={body}>
            {model.getRowModel().rows.map((row) => (
              <tr
                key={row.id}
                className={classes(
                  'border-line border-b last:border-0 focus-within:bg-sunken hover:bg-sunken',
                  row.getIsSelected() && 'bg-sunken',
                )}
              >
                {bulk && (
                  <td className="ps-4">
                    <input
                      type="checkbox"
                      className="size-5 align-middle"
                      aria-label={t`Choose ${rowName(row.original)}`}
                      checked={row.getIsSelected()}
                      onChange={row.getToggleSelectedHandler()}
                    />
                  </td>
                )}
                {row.getAllCells().map((cell) => (
                  <td
                    key={cell.id}
                    className={classes(
                      'px-3 py-3 whitespace-nowrap first:ps-4 last:pe-4',
                      cell.column.columnDef.meta?.isNumber && 'text-end tabular-nums',
                    )}
                  >
                    <model.FlexRender cell={cell} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  )
}
