// Owns the table of what was measured, printed before the runner's own summary.
import type { Reporter, TestCase } from '@playwright/test/reporter'
import { holds, NUMBERS, type Numbers } from './numbers.ts'

interface Row {
  page: string
  numbers: Numbers
}

class NumbersReporter implements Reporter {
  readonly #rows: Row[] = []

  onTestEnd(test: TestCase): void {
    for (const { type, description } of test.annotations) {
      if (type === NUMBERS && description) this.#rows.push(JSON.parse(description) as Row)
    }
  }

  onEnd(): void {
    if (this.#rows.length === 0) return
    const rows = this.#rows.sort((a, b) => a.page.localeCompare(b.page))
    const columns = [...new Set(rows.flatMap(({ numbers }) => Object.keys(numbers)))]
    const width = Math.max(...rows.map(({ page }) => page.length))
    console.log('\nA first load in the browser, nothing cached (limits in brackets, ! breaks one):')
    console.log(`  ${''.padEnd(width)}  ${columns.join(' | ')}`)
    for (const { page, numbers } of rows) {
      const cells = columns.map((column) => cell(numbers[column]).padEnd(column.length))
      console.log(`  ${page.padEnd(width)}  ${cells.join(' | ')}`)
    }
    console.log()
  }
}

function cell(number: Numbers[string] | undefined): string {
  if (!number) return ''
  const { is, limit } = number
  const text = typeof is === 'boolean' ? (is ? 'yes' : 'no') : `${is}`
  return `${text}${limit === true ? '' : ` (${limit})`}${holds(number) ? '' : ' !'}`
}

// biome-ignore lint/style/noDefaultExport: the runner takes a reporter's file by its default.
export default NumbersReporter
