// Owns what the list of products shows of each, and what can be changed right there.
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { Money } from '@rialto/ui/money.tsx'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { columnsOf, NUMBERS } from '#lib/list/data-table.tsx'
import { StateBadge } from '#lib/words.tsx'
import type { Product } from '../api.ts'
import { STATUS_WORDS } from '../form/product-words.ts'
import { Thumbnail } from '../media/thumbnail.tsx'
import { QuickEdit } from './quick-edit.tsx'
import { RowMenu } from './row-menu.tsx'
import { StatusMenu } from './status-menu.tsx'

const column = columnsOf<Product>()

export function useProductColumns(mayWrite: boolean) {
  const { t } = useLingui()
  return useMemo(
    () => [
      column.accessor('title', {
        header: t`Product`,
        cell: ({ row: { original: product } }) => (
          <span className="flex min-w-56 items-center gap-3">
            <Thumbnail url={product.images[0]?.sizes?.[0]?.url ?? product.images[0]?.url} />
            <span className="grid whitespace-normal">
              <Link
                to="/products/$id"
                params={{ id: product.id }}
                className="font-medium underline-offset-4 hover:underline"
              >
                {product.title}
              </Link>
              {product.vendor && <span className="text-sm text-soft">{product.vendor}</span>}
            </span>
          </span>
        ),
      }),
      column.accessor('status', {
        header: t`Status`,
        cell: ({ row: { original: product } }) =>
          mayWrite ? <StatusMenu product={product} /> : <StateBadge words={STATUS_WORDS} state={product.status} />,
      }),
      column.accessor((product) => product.price.amount, {
        id: 'price',
        header: t`Price`,
        meta: NUMBERS,
        cell: ({ row: { original: product } }) =>
          mayWrite ? (
            <QuickEdit product={product} label={t`change the price of ${product.title}`}>
              <PriceRange product={product} />
            </QuickEdit>
          ) : (
            <PriceRange product={product} />
          ),
      }),
      column.accessor((product) => piecesOf(product), {
        id: 'stock',
        header: t`Available`,
        meta: NUMBERS,
        cell: ({ row: { original: product } }) =>
          mayWrite ? (
            <QuickEdit product={product} label={t`change the stock of ${product.title}`}>
              <Pieces product={product} />
            </QuickEdit>
          ) : (
            <Pieces product={product} />
          ),
      }),
      column.accessor((product) => product.categories.map(({ title }) => title).join(', '), {
        id: 'categories',
        header: t`Categories`,
        cell: ({ getValue }) => <span className="block max-w-44 whitespace-normal text-soft">{getValue()}</span>,
      }),
      column.display({
        id: 'menu',
        header: () => <span className="sr-only">{t`Actions`}</span>,
        cell: ({ row: { original: product } }) => <RowMenu product={product} mayWrite={mayWrite} />,
      }),
    ],
    [t, mayWrite],
  )
}

function PriceRange({ product: { price, price_max, compare_at_price } }: { product: Product }) {
  return (
    <span className="tabular-nums">
      <Money value={price} className={compare_at_price ? 'text-accent' : ''} />
      {price_max.amount > price.amount && (
        <>
          {' – '}
          <Money value={price_max} />
        </>
      )}
    </span>
  )
}

function Pieces({ product }: { product: Product }) {
  const { t } = useLingui()
  const pieces = piecesOf(product)
  const soldOut = product.variants.filter(({ available }) => available === 0).length
  return (
    <span className="grid tabular-nums">
      <span className={pieces === 0 ? 'font-medium text-bad' : ''}>{pieces === 0 ? t`Sold out` : pieces}</span>
      {pieces > 0 && soldOut > 0 && (
        <span className="text-sm text-warn">
          {t`${plural(soldOut, { one: '# variant sold out', other: '# variants sold out' })}`}
        </span>
      )}
    </span>
  )
}

function piecesOf(product: Product): number {
  return product.variants.reduce((sum, { available }) => sum + (available ?? 0), 0)
}
