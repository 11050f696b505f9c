// Owns the grid in which many values are typed, filled and pasted at once: variants of one product, or of many.
import { useLingui } from '@lingui/react/macro'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ClipboardEvent, type KeyboardEvent, type ReactNode, useRef } from 'react'
import { FillPanel } from './fill-panel.tsx'
import { GridCell } from './grid-cell.tsx'
import { type CellChange, cellsOf, pasted } from './spreadsheet.ts'

export interface GridColumn {
  field: string
  label: string
  /** Of the values: a currency, "g". */
  unit?: string
  kind: 'text' | 'number'
  className: string
  /** The same value cannot stand in two rows: there is nothing to fill. */
  isUnique?: boolean
}

export interface EditGridProps<Row extends { key: string }> {
  caption: string
  columns: readonly GridColumn[]
  rows: readonly Row[]
  cellText: (row: Row, field: string) => string
  nameOf: (row: Row) => string
  head: (row: Row) => ReactNode
  headLabel: string
  tail?: (row: Row) => ReactNode
  problemOf?: (row: Row, field: string) => string | undefined
  /** Id of the input of a cell, for the error summary to link to. */
  idOf: (row: Row, field: string) => string
  /** What rows have in common ("Colour: Sand"), to fill only those. */
  groupsOf?: (row: Row) => string[]
  onChange: (changes: CellChange[]) => void
}

const ROW_HEIGHT = 56
/** Shorter grids are drawn whole. */
const VIRTUAL_FROM = 60

export function EditGrid<Row extends { key: string }>(props: EditGridProps<Row>) {
  const { caption, columns, rows, cellText, nameOf, head, headLabel, tail, problemOf, idOf, groupsOf, onChange } = props
  const { t } = useLingui()
  const box = useRef<HTMLElement>(null)
  const isVirtual = rows.length > VIRTUAL_FROM
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
    enabled: isVirtual,
  })
  const shown = isVirtual ? virtual.getVirtualItems().map(({ index }) => index) : rows.map((_, index) => index)
  const before = (shown[0] ?? 0) * ROW_HEIGHT
  const after = isVirtual ? (rows.length - 1 - (shown.at(-1) ?? -1)) * ROW_HEIGHT : 0
  const fields = columns.map(({ field }) => field)
  const keys = rows.map(({ key }) => key)

  function onPaste(event: ClipboardEvent) {
    const from = placeOf(event.target)
    const cells = from && cellsOf(event.clipboardData.getData('text'))
    if (!from || !cells) return
    event.preventDefault()
    onChange(pasted(cells, from, keys, fields))
  }

  function onKeyDown(event: KeyboardEvent) {
    const from = placeOf(event.target)
    if (!from || event.nativeEvent.isComposing) return
    const at = keys.indexOf(from.row)
    const step = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[event.key]
    if (event.key === 'd' && (event.ctrlKey || event.metaKey)) {
      const row = rows[at]
      if (row) onChange(keys.slice(at + 1).map((key) => ({ ...from, row: key, value: cellText(row, from.field) })))
    } else if (step !== undefined && !event.altKey) {
      const next = rows[at + step]
      if (isVirtual && next) virtual.scrollToIndex(at + step)
      if (next) requestAnimationFrame(() => document.getElementById(idOf(next, from.field))?.focus())
    } else {
      return
    }
    event.preventDefault()
  }

  return (
    <section
      ref={box}
      aria-label={caption}
      onPaste={onPaste}
      onKeyDown={onKeyDown}
      className="relative max-h-[70dvb] scroll-ps-56 overflow-auto rounded-control border border-line"
    >
      <table className="w-full border-collapse text-sm">
        <caption className="sr-only">{t`${caption}. Enter and the arrow keys move between the rows, Ctrl+D fills downwards, a column copied from a spreadsheet can be pasted.`}</caption>
        <thead className="sticky top-0 z-10 bg-card">
          <tr className="border-line border-b text-soft">
            <th scope="col" className="sticky start-0 z-10 bg-card px-3 py-2 text-start font-medium">
              {headLabel}
            </th>
            {columns.map((column) => (
              <th key={column.field} scope="col" className="px-1.5 py-2 text-start font-medium whitespace-nowrap">
                <span className="flex items-center justify-between gap-1 ps-1.5">
                  <span>
                    {column.label} {column.unit && <span className="font-normal">({column.unit})</span>}
                  </span>
                  {!column.isUnique && rows.length > 1 && (
                    <FillPanel column={column} rows={rows} groupsOf={groupsOf} onFill={onChange} />
                  )}
                </span>
              </th>
            ))}
            {tail && (
              <th scope="col">
                <span className="sr-only">{t`More`}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          <Spacer height={before} />
          {shown.map((index) => {
            const row = rows[index]
            return (
              row && (
                <tr key={row.key} className="h-14 border-line border-b bg-card last:border-0 focus-within:bg-sunken">
                  <th scope="row" className="sticky start-0 z-[1] bg-inherit px-3 text-start font-medium">
                    {head(row)}
                  </th>
                  {columns.map((column) => (
                    <td key={column.field} className={`px-1.5 ${column.className}`}>
                      <GridCell
                        id={idOf(row, column.field)}
                        label={t`${column.label} of ${nameOf(row)}`}
                        column={column}
                        row={row.key}
                        value={cellText(row, column.field)}
                        problem={problemOf?.(row, column.field)}
                        onChange={onChange}
                      />
                    </td>
                  ))}
                  {tail && <td className="w-12 pe-1">{tail(row)}</td>}
                </tr>
              )
            )
          })}
          <Spacer height={after} />
        </tbody>
      </table>
    </section>
  )
}

/** Stands for the rows that are scrolled out of sight. */
function Spacer({ height }: { height: number }) {
  if (height <= 0) return null
  return (
    <tr>
      <td style={{ height }} />
    </tr>
  )
}

function placeOf(target: EventTarget): { row: string; field: string } | undefined {
  const { row, field } = target instanceof HTMLInputElement ? target.dataset : {}
  return row !== undefined && field !== undefined ? { row, field } : undefined
}
