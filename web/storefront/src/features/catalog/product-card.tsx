// Owns a product in a list: one link, its picture, name, choices, price, rating and a word about stock. The gateway
// writes the same (services/gateway/pages/parts.html): whoever changes one changes the other.
import { Trans } from '@lingui/react/macro'
import { Price } from '@rialto/ui/price.tsx'
import { Stars } from '@rialto/ui/stars.tsx'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Picture } from '#lib/picture.tsx'
import type { Product } from './api.ts'

export const CARD_SIZES = '(min-width: 64rem) 20rem, (min-width: 40rem) 33vw, 50vw'

/** So many values of an option stand on a card. */
const VALUES_SHOWN = 3

export function ProductCard({ product, first = false }: { product: Product; first?: boolean }) {
  const [image, second] = product.images
  const [isAimedAt, setAimedAt] = useState(false)
  return (
    <article className="group relative grid content-start gap-3" onPointerEnter={() => setAimedAt(true)}>
      <div className="relative aspect-square overflow-hidden rounded-card bg-sunken">
        {image && (
          <Picture
            image={image}
            alt=""
            sizes={CARD_SIZES}
            first={first}
            className="size-full object-cover transition-transform duration-700 ease-out-soft group-hover:scale-103"
          />
        )}
        {/* The other side of it, for those who point at the card. */}
        {second && isAimedAt && (
          <Picture
            image={second}
            alt=""
            sizes={CARD_SIZES}
            className="absolute inset-0 size-full object-cover opacity-0 transition-opacity duration-500 group-hover:opacity-100"
          />
        )}
      </div>
      <div className="grid gap-1">
        <h3 className="text-base leading-snug font-medium tracking-normal">
          {/* The link covers the whole card. */}
          <Link
            to="/p/$slug"
            params={{ slug: product.slug }}
            className="after:absolute after:inset-0 after:rounded-card group-hover:underline group-hover:underline-offset-4"
          >
            {product.title}
          </Link>
        </h3>
        <Choices product={product} />
        <Price price={product.price} priceMax={product.price_max} compareAt={product.compare_at_price} />
        {product.rating.average != null && <Stars average={product.rating.average} count={product.rating.count} />}
        <StockWord stock={product.stock} />
      </div>
    </article>
  )
}

function Choices({ product: { options } }: { product: Product }) {
  const values = options[0]?.values ?? []
  if (values.length < 2) return null
  const more = values.length - VALUES_SHOWN
  return (
    <p className="text-sm text-soft">
      <bdi>{values.slice(0, VALUES_SHOWN).join(' · ')}</bdi>
      {more > 0 && (
        <>
          {' '}
          <bdi>+{more}</bdi>
        </>
      )}
    </p>
  )
}

function StockWord({ stock }: { stock: Product['stock'] }) {
  if (stock === 'in_stock') return null
  return (
    <p className={stock === 'low_stock' ? 'text-sm text-warn' : 'text-sm text-soft'}>
      {stock === 'low_stock' ? <Trans>Only a few left</Trans> : <Trans>Sold out</Trans>}
    </p>
  )
}
