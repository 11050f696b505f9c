// Owns the page of one product: its pictures, the decision to buy, what is to be known, what people say, what is like it.
import { useLingui } from '@lingui/react/macro'
import { Breadcrumb } from '@rialto/ui/breadcrumb.tsx'
import { useDocumentTitle } from '@rialto/ui/use-document-title.ts'
import { useMediaQuery } from '@rialto/ui/use-media-query.ts'
import { useSuspenseQuery } from '@tanstack/react-query'
import { type ReactNode, useRef, useState } from 'react'
import { shopName } from '#lib/shop.ts'
import { type Image, type Product, productQuery } from './api.ts'
import { BuyBox, type Purchase, useBuying } from './buy-box.tsx'
import { Gallery } from './gallery.tsx'
import { ProductFacts } from './product-facts.tsx'
import { RelatedProducts } from './related-products.tsx'
import { StickyBuyBar } from './sticky-buy-bar.tsx'
import { useChoice } from './use-choice.ts'

interface ProductPageProps {
  slug: string
  /** The SKU in the address. */
  variant: string | undefined
  purchase: Purchase
  reviews: ReactNode
}

export function ProductPage({ slug, ...rest }: ProductPageProps) {
  const { data: product } = useSuspenseQuery(productQuery(slug))
  // Another product begins with another choice.
  return <Page key={product.id} product={product} {...rest} />
}

function Page({ product, variant: sku, purchase, reviews }: Omit<ProductPageProps, 'slug'> & { product: Product }) {
  const { t } = useLingui()
  const chosen = useChoice(product, sku)
  const buying = useBuying({ product, chosen, purchase })
  const isNarrow = useMediaQuery('(width < 48rem)')
  const button = useRef<HTMLButtonElement>(null)
  // Whoever was sent to a variant sees it first. Later choices only move the row.
  const [images] = useState(() => imagesOf(product, chosen.variant?.image))
  useDocumentTitle(product.title, shopName)
  return (
    <>
      <div className="page grid gap-6 pt-6 pb-16 md:pb-24">
        <Breadcrumb
          crumbs={[
            { label: t`Home`, link: { to: '/' } },
            ...product.breadcrumbs.map((part) => ({
              label: part.title,
              link: { to: '/c/$slug', params: { slug: part.slug } } as const,
            })),
            { label: product.title },
          ]}
        />
        <div className="grid items-start gap-8 md:grid-cols-[7fr_5fr] md:gap-10 lg:gap-16">
          <Gallery images={images} shown={chosen.variant?.image} />
          <BuyBox product={product} chosen={chosen} purchase={purchase} buying={buying} button={button} />
        </div>
        <div className="mt-12 grid gap-20 sm:mt-16 sm:gap-24">
          <ProductFacts product={product} variant={chosen.variant} />
          {reviews}
          <RelatedProducts product={product} />
        </div>
      </div>
      {isNarrow && <StickyBuyBar product={product} variant={chosen.variant} button={button} onBuy={buying.buy} />}
    </>
  )
}

function imagesOf({ images }: Product, first: string | null | undefined): Image[] {
  const at = images.findIndex(({ url }) => url === first)
  return at > 0 ? [...images.slice(at, at + 1), ...images.slice(0, at), ...images.slice(at + 1)] : images
}
