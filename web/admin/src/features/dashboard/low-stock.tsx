// Owns the stock that runs out.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { LOW_STOCK, lowStockQuery } from './api.ts'

export function LowStock() {
  const { t } = useLingui()
  const stock = useQuery(lowStockQuery)
  const items = stock.data?.items ?? []
  return (
    <Card
      title={t`Running out`}
      action={
        items.length > 0 && (
          <Link to="/stock" search={{ low: LOW_STOCK }} className="underline underline-offset-4">
            <Trans>All</Trans>
          </Link>
        )
      }
    >
      {stock.error && (
        <ErrorState error={stock.error} title={t`The stock could not be loaded`} retry={() => stock.refetch()} />
      )}
      {stock.isPending && (
        <Loading>
          <Skeleton className="h-40" />
        </Loading>
      )}
      {stock.data && items.length === 0 && (
        <p className="text-soft">
          <Trans>There is enough of everything.</Trans>
        </p>
      )}
      <ul className="grid grid-cols-1">
        {items.map(({ sku, available, product }) => (
          <li
            key={sku}
            className="flex items-center justify-between gap-3 border-line border-b py-2 first:pt-0 last:border-0 last:pb-0"
          >
            <p className="min-w-0">
              <Link to="/stock/$sku" params={{ sku }} className="block truncate underline-offset-4 hover:underline">
                {product ? [product.title, product.variant_title].filter(Boolean).join(' · ') : sku}
              </Link>
              {product && <span className="block truncate text-sm text-soft">{sku}</span>}
            </p>
            <Badge tone={available > 0 ? 'warn' : 'bad'}>
              <Plural value={available} _0="Sold out" one="# left" other="# left" />
            </Badge>
          </li>
        ))}
      </ul>
    </Card>
  )
}
