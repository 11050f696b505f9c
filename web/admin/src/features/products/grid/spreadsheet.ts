// Owns what a spreadsheet puts on the clipboard: rows of cells, laid over the grid from the cell that has the focus.

export interface CellChange {
  row: string
  field: string
  value: string
}

/** The cells of a copied range; undefined for a single one, which is pasted as text anywhere. */
export function cellsOf(clipboard: string): string[][] | undefined {
  const lines = clipboard.replaceAll('\r', '').replace(/\n$/, '').split('\n')
  const cells = lines.map((line) => line.split('\t').map(unquoted))
  return cells.length > 1 || (cells[0]?.length ?? 0) > 1 ? cells : undefined
}

/** Excel quotes cells that hold quotes. */
function unquoted(cell: string): string {
  const inner = /^"(.*)"$/.exec(cell)?.[1]
  return (inner?.replaceAll('""', '"') ?? cell).trim()
}

/** The changes a paste makes, downwards and onwards from one cell; what falls beyond the grid is left out. */
export function pasted(
  cells: readonly string[][],
  from: { row: string; field: string },
  rows: readonly string[],
  fields: readonly string[],
): CellChange[] {
  const [top, start] = [rows.indexOf(from.row), fields.indexOf(from.field)]
  return cells.flatMap((line, down) =>
    line.flatMap((value, over) => {
      const [row, field] = [rows[top + down], fields[start + over]]
      return row === undefined || field === undefined ? [] : [{ row, field, value }]
    }),
  )
}
