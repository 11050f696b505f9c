// Owns doing one thing to many rows, one after the other, and remembering what came of each.
import { useState } from 'react'

export interface BulkState<Row> {
  /** Undefined before it began. */
  total: number | undefined
  done: Row[]
  failed: { row: Row; error: unknown }[]
  isRunning: boolean
}

export function useBulk<Row>(work: (row: Row) => Promise<unknown>) {
  const idle: BulkState<Row> = { total: undefined, done: [], failed: [], isRunning: false }
  const [state, setState] = useState(idle)

  async function run(rows: readonly Row[]): Promise<void> {
    const done: Row[] = []
    const failed: BulkState<Row>['failed'] = []
    const show = (isRunning: boolean) =>
      setState({ total: rows.length, done: [...done], failed: [...failed], isRunning })
    show(true)
    for (const row of rows) {
      try {
        await work(row)
        done.push(row)
      } catch (error) {
        failed.push({ row, error })
      }
      show(true)
    }
    show(false)
  }

  return { ...state, run, reset: () => setState(idle) }
}
