// Owns what the list of stock shows of each SKU, and the field for a counted number.
import { useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { Link } from '@tanstack/react-router'
import { columnsOf, NUMBERS } from '#lib/list/data-table.tsx'
import type { Stock } from './api.ts'
import { type Counts, isCount } from './counts.ts'

const column = columnsOf<Stock>()

interface Counting {
  counts: Counts
  onCount: (sku: string, text: string) => void
}

export function useStockColumns(counting: Counting | undefined) {
  const { t } = useLingui()
  const number = (key: 'on_hand' | 'held' | 'committed' | 'damaged', header: string) =>
    column.accessor(key, {
      header,
      meta: NUMBERS,
      cell: ({ getValue }) => <span className={getValue() === 0 ? 'text-soft' : ''}>{getValue()}</span>,
    })
  const counted = column.display({
    id: 'counted',
    header: t`Counted`,
    meta: NUMBERS,
    cell: ({ row: { original: stock } }) => {
      const text = counting?.counts[stock.sku] ?? ''
      return (
        <Input
          aria-label={t`Counted of ${stock.sku}`}
          aria-invalid={text.trim() !== '' && !isCount(text) ? true : undefined}
          inputMode="numeric"
          autoComplete="off"
          className="min-h-10! w-24! text-end tabular-nums"
          value={text}
          placeholder={String(stock.on_hand)}
          onChange={(event) => counting?.onCount(stock.sku, event.target.value)}
        />
      )
    },
  })
  return [
    column.accessor('sku', {
      header: t`SKU`,
      cell: ({ getValue }) => (
        <Link to="/stock/$sku" params={{ sku: getValue() }} className="font-medium underline-offset-4 hover:underline">
          {getValue()}
        </Link>
      ),
    }),
    ...(counting ? [counted] : []),
    column.accessor('available', {
      header: t`Available`,
      meta: NUMBERS,
      cell: ({ getValue }) =>
        getValue() > 0 ? <span className="font-medium">{getValue()}</span> : <Badge tone="bad">{t`Sold out`}</Badge>,
    }),
    number('on_hand', t`On hand`),
    number('held', t`Held for payment`),
    number('committed', t`To be shipped`),
    number('damaged', t`Damaged`),
    column.accessor('updated_at', { header: t`Changed`, cell: ({ getValue }) => <RelativeTime at={getValue()} /> }),
  ]
}
