// Owns what shoppers are told about stock: a word, with a dot for the eye.
import { Trans } from '@lingui/react/macro'
import type { Product } from './api.ts'

const COLOURS: Record<Product['stock'], string> = {
  in_stock: 'text-good',
  low_stock: 'text-warn',
  out_of_stock: 'text-soft',
}

export function StockWord({ stock }: { stock: Product['stock'] }) {
  return (
    <p className={`flex items-center gap-2 font-medium ${COLOURS[stock]}`}>
      <span aria-hidden="true" className="size-2 rounded-full bg-current" />
      {stock === 'in_stock' && <Trans>In stock</Trans>}
      {stock === 'low_stock' && <Trans>Only a few left</Trans>}
      {stock === 'out_of_stock' && <Trans>Sold out</Trans>}
    </p>
  )
}
