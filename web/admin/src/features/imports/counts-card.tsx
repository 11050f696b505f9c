// Owns what an import would do, or did, in numbers.
import { useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import type { ReactNode } from 'react'
import type { ImportCounts } from './api.ts'

interface CountsCardProps {
  title: string
  counts: ImportCounts
  children?: ReactNode
}

export function CountsCard({ title, counts, children }: CountsCardProps) {
  const { t } = useLingui()
  const format = useFormat()
  const numbers: [label: string, count: number][] = [
    [t`Rows`, counts.rows],
    [t`New products`, counts.created],
    [t`Changed products`, counts.updated],
    [t`Unchanged products`, counts.unchanged],
    [t`Left out by choice`, counts.skipped],
    [t`Stock changed`, counts.stock_changed],
    [t`Refused`, counts.refused],
    [t`Notices`, counts.notices],
  ]
  return (
    <Card title={title}>
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
        {numbers.map(([label, count]) => (
          <div key={label} className="flex flex-col-reverse justify-end">
            <dt className="text-sm text-soft">{label}</dt>
            <dd className="text-2xl tabular-nums">{format.number(count)}</dd>
          </div>
        ))}
      </dl>
      {children && <div className="mt-5 grid justify-items-start gap-3">{children}</div>}
    </Card>
  )
}
