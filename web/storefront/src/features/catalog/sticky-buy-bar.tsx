// Owns the bar at the foot of phones while the button to buy is out of sight.
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Price } from '@rialto/ui/price.tsx'
import { type RefObject, useEffect, useState } from 'react'
import type { Product, Variant } from './api.ts'

interface StickyBuyBarProps {
  product: Product
  variant: Variant | undefined
  button: RefObject<HTMLButtonElement | null>
  onBuy: () => void
}

export function StickyBuyBar({ product, variant, button, onBuy }: StickyBuyBarProps) {
  const { t } = useLingui()
  const isButtonSeen = useIsSeen(button)
  const offer = variant ?? product
  if (offer.stock === 'out_of_stock') return null
  return (
    <div
      data-sticky-buy={isButtonSeen ? undefined : ''}
      className={`sticky bottom-0 z-30 border-line border-t bg-card transition-opacity md:hidden ${isButtonSeen ? 'invisible opacity-0' : ''}`}
    >
      <div className="page flex items-center justify-between gap-4 py-2.5">
        <div className="min-w-0">
          <p className="truncate text-sm">{variant?.title || product.title}</p>
          <Price price={offer.price} priceMax={variant ? variant.price : product.price_max} />
        </div>
        {/* The space that is kept free for the bar does not hold for the bar itself. */}
        <Button tone="accent" className="shrink-0 -scroll-mb-24" onClick={onBuy}>
          {t`Add to cart`}
        </Button>
      </div>
    </div>
  )
}

function useIsSeen(ref: RefObject<HTMLElement | null>): boolean {
  const [isSeen, setSeen] = useState(true)
  useEffect(() => {
    if (!ref.current) return
    const observer = new IntersectionObserver(([entry]) => setSeen(entry?.isIntersecting ?? true))
    observer.observe(ref.current)
    return () => observer.disconnect()
  }, [ref])
  return isSeen
}
