// Owns the welcome of the first page: what this shop is, the way in, and three of its newest things. The gateway writes
// the same (services/gateway/pages/home.html).
import { Trans } from '@lingui/react/macro'
import { ButtonLink } from '@rialto/ui/button.tsx'
import { Link } from '@tanstack/react-router'
import { Picture } from '#lib/picture.tsx'
import type { Product } from './api.ts'

/** So many products are pictured. */
export const PICTURES = 3

export function HomeWelcome({ products }: { products: readonly Product[] }) {
  const [main, ...beside] = products.slice(0, PICTURES)
  return (
    <section className="page grid items-center gap-8 pt-8 pb-12 sm:pt-12 md:grid-cols-[5fr_7fr] md:gap-12 lg:pb-16">
      <div className="grid justify-items-start gap-5">
        <h1 className="text-4xl font-medium tracking-tight sm:text-5xl lg:text-6xl xl:text-7xl">
          <Trans>Good things for every day</Trans>
        </h1>
        <p className="max-w-md text-lg text-soft">
          <Trans>A small selection, made well and meant to be used for years.</Trans>
        </p>
        <ButtonLink to="/search" size="large">
          <Trans>See everything</Trans>
        </ButtonLink>
      </div>
      <div className="grid grid-cols-2 gap-3 sm:gap-4 md:grid-cols-3">
        {main && (
          <Pictured product={main} first sizes="(min-width: 48rem) 36vw, 100vw" className="col-span-2 md:row-span-2" />
        )}
        {beside.map((product) => (
          <Pictured key={product.id} product={product} sizes="(min-width: 48rem) 18vw, 50vw" />
        ))}
      </div>
    </section>
  )
}

interface PicturedProps {
  product: Product
  sizes: string
  first?: boolean
  className?: string
}

function Pictured({ product, sizes, first = false, className = '' }: PicturedProps) {
  const [image] = product.images
  return (
    <Link
      to="/p/$slug"
      params={{ slug: product.slug }}
      className={`group relative block aspect-square overflow-hidden rounded-card bg-sunken ${className}`}
    >
      {image ? (
        <Picture
          image={image}
          alt={product.title}
          first={first}
          sizes={sizes}
          className="size-full object-cover transition-transform duration-700 ease-out-soft group-hover:scale-103"
        />
      ) : (
        <span className="absolute inset-0 grid place-items-center p-4 text-center text-soft">{product.title}</span>
      )}
    </Link>
  )
}
