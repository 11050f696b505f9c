// Owns the goods of a return: what was announced, and what became of what came.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { Money } from '@rialto/ui/money.tsx'
import type { Return } from './api.ts'
import { DISPOSITION_WORDS } from './return-words.tsx'

export function ReturnLines({ item, titles }: { item: Return; titles: ReadonlyMap<string, string> }) {
  const { t, i18n } = useLingui()
  const isHere = ['received', 'inspected', 'refunded', 'rejected', 'closed'].includes(item.status)
  return (
    <Card title={t`Goods`}>
      <ul className="grid grid-cols-1">
        {item.lines.map((line) => {
          const missing = line.quantity - line.received_quantity
          return (
            <li
              key={line.sku}
              className="flex flex-wrap items-start gap-x-4 gap-y-1 border-line border-b py-3 first:pt-0 last:border-0 last:pb-0"
            >
              <div className="min-w-0 grow">
                <p>
                  {line.quantity} × {titles.get(line.sku)} <span className="text-sm text-soft">{line.sku}</span>
                </p>
                {line.reason && <p className="text-sm text-soft">{line.reason.replaceAll('_', ' ')}</p>}
                <p className="mt-1 flex flex-wrap gap-1.5">
                  {line.dispositions.map(({ disposition, quantity }) => (
                    <Badge key={disposition} tone={disposition === 'restock' ? 'good' : 'warn'}>
                      {quantity} · {i18n._(DISPOSITION_WORDS[disposition])}
                    </Badge>
                  ))}
                  {isHere && missing > 0 && (
                    <Badge tone="bad">
                      <Plural value={missing} one="# did not come" other="# did not come" />
                    </Badge>
                  )}
                </p>
              </div>
              {isHere && (
                <span className="text-end">
                  <Money value={line.refund} />
                  <span className="block text-sm text-soft">
                    <Trans>to the buyer</Trans>
                  </span>
                </span>
              )}
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
