// Owns what was said of single rows of a file.
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import type { ReactNode } from 'react'
import type { RowProblem } from './api.ts'

interface RowsCardProps {
  title: string
  rows: readonly RowProblem[]
  /** How many there are in all. */
  total: number
  action?: ReactNode
}

export function RowsCard({ title, rows, total, action }: RowsCardProps) {
  const { t } = useLingui()
  if (rows.length === 0) return null
  const more = total - rows.length
  return (
    <Card title={title} action={action}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys. */}
      <section tabIndex={0} aria-label={title} className="max-h-96 overflow-auto">
        <table className="w-full text-sm">
          <thead className="sticky top-0 bg-card text-start text-soft">
            <tr>
              <th scope="col" className="py-2 pe-4 text-start font-medium whitespace-nowrap">{t`Line`}</th>
              <th scope="col" className="py-2 pe-4 text-start font-medium whitespace-nowrap">{t`Column`}</th>
              <th scope="col" className="py-2 text-start font-medium">{t`Why`}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: of one line the same may be said twice.
              <tr key={index} className="border-t border-line align-top">
                <td className="py-2 pe-4 tabular-nums">{row.line || ''}</td>
                <td className="py-2 pe-4">{row.column}</td>
                <td className="py-2">{row.message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {more > 0 && (
        <p className="mt-3 text-sm text-soft">{t`${plural(more, { one: 'and # more', other: 'and # more' })}`}</p>
      )}
    </Card>
  )
}
