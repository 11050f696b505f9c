// Owns the decision to buy: what it is and costs, which variant, how many, when it would arrive. The gateway writes its
// upper part (services/gateway/pages/product.html).
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import type { MoneyValue } from '@rialto/ui/currency.ts'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { FieldError } from '@rialto/ui/field.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Price } from '@rialto/ui/price.tsx'
import { Stars } from '@rialto/ui/stars.tsx'
import { Link } from '@tanstack/react-router'
import { RotateCcw, ShoppingBag } from 'lucide-react'
import { lazy, type RefObject, Suspense, useState } from 'react'
import { useShop } from '#lib/shop.ts'
import type { Product } from './api.ts'
import { DeliveryEstimate } from './delivery-estimate.tsx'
import { OptionPicker, optionId } from './option-picker.tsx'
import { Quantity } from './quantity.tsx'
import { StockWord } from './stock-word.tsx'
import type { useChoice } from './use-choice.ts'
import { missingOptions } from './variant-choice.ts'

// Few products are sold out.
const NotifyMe = lazy(() => import('./notify-me.tsx').then((file) => ({ default: file.NotifyMe })))

/** How the page puts things into the cart; its route brings it along. */
export interface Purchase {
  add: (line: PurchaseLine) => void
  error: Error | null
}

export interface PurchaseLine {
  sku: string
  quantity: number
  slug: string
  title: string
  variantTitle: string
  image?: string | undefined
  unitPrice: MoneyValue
}

interface BuyBoxProps {
  product: Product
  chosen: ReturnType<typeof useChoice>
  purchase: Purchase
}

export function useBuying({ product, chosen: { choice, variant }, purchase }: BuyBoxProps) {
  const [quantity, setQuantity] = useState(1)
  const [wasAsked, setAsked] = useState(false)
  const missing = missingOptions(product, choice)

  function buy() {
    setAsked(true)
    if (variant) {
      purchase.add({
        sku: variant.sku,
        quantity,
        slug: product.slug,
        title: product.title,
        variantTitle: variant.title,
        image: variant.image ?? product.images[0]?.url,
        unitPrice: variant.price,
      })
      return
    }
    const first = document.getElementById(optionId(missing[0] ?? ''))
    first?.scrollIntoView({ block: 'center', behavior: 'smooth' })
    first?.querySelector('input')?.focus({ preventScroll: true })
  }

  return { quantity, setQuantity, buy, missing: wasAsked && !variant ? missing : [] }
}

interface BuyBoxViewProps extends BuyBoxProps {
  buying: ReturnType<typeof useBuying>
  button: RefObject<HTMLButtonElement | null>
}

export function BuyBox({ product, chosen: { choice, variant, choose }, purchase, buying, button }: BuyBoxViewProps) {
  const { t } = useLingui()
  const explain = useExplain()
  const shop = useShop()
  const days = shop?.return_days
  const offer = variant ?? product
  const stock = offer.stock
  return (
    <div className="grid content-start gap-6">
      <div className="grid gap-3">
        {product.vendor && (
          <Link
            to="/search"
            search={{ vendor: product.vendor }}
            className="justify-self-start text-soft hover:text-ink hover:underline hover:underline-offset-4"
          >
            {product.vendor}
          </Link>
        )}
        <h1 className="text-3xl font-medium sm:text-4xl">{product.title}</h1>
        {product.rating.average != null && (
          <a href="#reviews" className="justify-self-start rounded-control hover:underline hover:underline-offset-4">
            <Stars average={product.rating.average} count={product.rating.count} />
          </a>
        )}
        <div>
          <Price
            className="text-2xl"
            price={offer.price}
            priceMax={variant ? variant.price : product.price_max}
            compareAt={offer.compare_at_price}
            lowest30Days={offer.lowest_price_30d}
          />
          <p className="text-sm text-soft">
            {shop?.prices_include_tax === false ? t`Tax and delivery not included.` : t`Tax included, delivery not.`}
          </p>
        </div>
      </div>
      {product.options.map((option) => (
        <OptionPicker
          key={option.name}
          product={product}
          option={option}
          choice={choice}
          onChoose={(value) => choose(option.name, value)}
          isMissing={buying.missing.includes(option.name)}
        />
      ))}
      <div className="grid gap-3">
        <StockWord stock={stock} />
        <div className="flex gap-3">
          <Quantity value={buying.quantity} onChange={buying.setQuantity} />
          <Button
            ref={button}
            size="large"
            tone="accent"
            className="grow px-4!"
            disabled={stock === 'out_of_stock'}
            onClick={buying.buy}
          >
            <Icon of={ShoppingBag} />
            {stock === 'out_of_stock' ? t`Sold out` : t`Add to cart`}
          </Button>
        </div>
        {purchase.error && <FieldError id="buy-error">{explain(purchase.error)}</FieldError>}
        {variant?.stock === 'out_of_stock' && (
          <Suspense fallback={<div className="min-h-40" />}>
            <NotifyMe key={variant.sku} product={product} sku={variant.sku} />
          </Suspense>
        )}
      </div>
      <div className="grid gap-4 border-line border-t pt-5">
        <DeliveryEstimate sku={(variant ?? product.variants[0])?.sku ?? ''} quantity={buying.quantity} />
        {days && (
          <p className="flex items-start gap-3.5">
            <Icon of={RotateCcw} size={22} className="mt-0.5 text-accent" />
            {t`${plural(days, {
              one: '# day to return it, without a reason',
              other: '# days to return it, without a reason',
            })}`}
          </p>
        )}
      </div>
    </div>
  )
}
