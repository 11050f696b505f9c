// Owns the page of the cart.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { ButtonLink } from '@rialto/ui/button.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { useDocumentTitle } from '@rialto/ui/use-document-title.ts'
import { useSuspenseQuery } from '@tanstack/react-query'
import { ShoppingBag } from 'lucide-react'
import type { ReactNode } from 'react'
import { shopName } from '#lib/shop.ts'
import { cartQuery } from './api.ts'
import { CartLines } from './cart-lines.tsx'
import { CartNotice } from './cart-notice.tsx'
import { CartSummary } from './cart-summary.tsx'

/** `suggestions` is what an empty cart offers. */
export function CartPage({ suggestions }: { suggestions: ReactNode }) {
  const { t } = useLingui()
  const { data: cart } = useSuspenseQuery(cartQuery)
  useDocumentTitle(t`Cart`, shopName)
  const isEmpty = cart.items.length === 0
  return (
    <div className="page grid gap-8 pt-8 pb-20">
      <header className="flex flex-wrap items-baseline gap-x-4">
        <h1 className="text-3xl sm:text-4xl">
          <Trans>Cart</Trans>
        </h1>
        {!isEmpty && <p className="text-soft">{t`${plural(cart.item_count, { one: '# item', other: '# items' })}`}</p>}
      </header>
      <div className={isEmpty ? 'grid' : 'grid items-start gap-x-16 gap-y-10 lg:grid-cols-[1fr_24rem]'}>
        <div className="grid gap-6">
          <CartNotice cart={cart} />
          <CartLines cart={cart} />
          {isEmpty && <Empty />}
        </div>
        {!isEmpty && <CartSummary cart={cart} />}
      </div>
      {isEmpty && suggestions}
    </div>
  )
}

function Empty() {
  const { t } = useLingui()
  return (
    <EmptyState
      icon={ShoppingBag}
      title={t`Your cart is empty`}
      action={<ButtonLink to="/">{t`Look around`}</ButtonLink>}
    >
      {t`What you put into it stays here, also when you close the browser.`}
    </EmptyState>
  )
}
