// Owns what sold best in a period: bars beside the numbers.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { Link } from '@tanstack/react-router'
import type { SalesReport } from './api.ts'

export function BestSellers({ report }: { report: SalesReport }) {
  const { t } = useLingui()
  const best = report.best_sellers
  const most = Math.max(1, ...best.map(({ revenue }) => revenue.amount))
  return (
    <Card title={t`Best sellers`}>
      {best.length === 0 && (
        <p className="text-soft">
          <Trans>Nothing was sold in this period.</Trans>
        </p>
      )}
      <ol className="grid gap-3">
        {best.map((item) => (
          <li key={item.sku} className="grid grid-cols-[2.5rem_minmax(0,1fr)_auto] items-center gap-x-3">
            {item.image ? (
              <img
                src={item.image}
                alt=""
                width={40}
                height={40}
                loading="lazy"
                className="aspect-square rounded-control bg-sunken object-cover"
              />
            ) : (
              <span className="aspect-square rounded-control bg-sunken" />
            )}
            <div className="min-w-0">
              <p className="truncate">
                <Link
                  to="/products/$id"
                  params={{ id: item.product_id }}
                  className="font-medium underline-offset-4 hover:underline"
                >
                  {item.title}
                </Link>
                {item.variant_title && <span className="text-soft"> · {item.variant_title}</span>}
              </p>
              <progress
                aria-hidden="true"
                max={most}
                value={item.revenue.amount}
                className="mt-1 block h-1.5 w-full appearance-none overflow-hidden rounded-full [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:rounded-full [&::-webkit-progress-value]:bg-accent"
              />
            </div>
            <p className="text-end">
              <Money value={item.revenue} className="font-medium" />
              <span className="block text-sm text-soft">
                <Plural value={item.pieces} one="# piece" other="# pieces" />
              </span>
            </p>
          </li>
        ))}
      </ol>
    </Card>
  )
}
