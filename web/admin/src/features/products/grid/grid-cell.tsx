// Owns one cell of the grid: an input that says what it is and what is wrong with it.
import { classes } from '@rialto/ui/classes.ts'
import { CONTROL } from '@rialto/ui/input.tsx'
import type { GridColumn } from './edit-grid.tsx'
import type { CellChange } from './spreadsheet.ts'

interface GridCellProps {
  id: string
  label: string
  column: GridColumn
  row: string
  value: string
  problem: string | undefined
  onChange: (changes: CellChange[]) => void
}

export function GridCell({ id, label, column, row, value, problem, onChange }: GridCellProps) {
  const isNumber = column.kind === 'number'
  return (
    <>
      <input
        id={id}
        data-row={row}
        data-field={column.field}
        aria-label={label}
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? `${id}-error` : undefined}
        title={problem}
        inputMode={isNumber ? 'decimal' : undefined}
        autoComplete="off"
        spellCheck={isNumber ? false : undefined}
        value={value}
        onFocus={(event) => event.target.select()}
        onChange={(event) => onChange([{ row, field: column.field, value: event.target.value }])}
        className={classes(CONTROL, 'min-h-10 px-2.5!', isNumber && 'text-end tabular-nums')}
      />
      {problem && (
        <span id={`${id}-error`} className="sr-only">
          {problem}
        </span>
      )}
    </>
  )
}
