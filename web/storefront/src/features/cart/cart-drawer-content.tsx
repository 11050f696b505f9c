// Owns what the cart's drawer shows: what was added, what else is in the cart, the total, and the ways on.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, ButtonLink } from '@rialto/ui/button.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { useIsMutating, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Thumb } from '#lib/thumb.tsx'
import { type CartLine, cartQuery } from './api.ts'
import { closeCartDrawer } from './drawer-state.ts'

export function CartDrawerContent({ added }: { added: string }) {
  const { t } = useLingui()
  const cart = useQuery(cartQuery).data
  const isChanging = useIsMutating({ mutationKey: cartQuery.queryKey }) > 0
  if (!cart) return null

  const first = cart.items.filter(({ sku }) => sku === added)
  const others = cart.items.filter(({ sku }) => sku !== added)
  return (
    <div className="grid gap-6">
      <Lines lines={first} />
      <div className="sticky bottom-0 -mx-5 grid gap-3 border-line border-y bg-card px-5 py-4">
        <p className="flex items-baseline justify-between gap-4">
          <span>
            <Trans>Subtotal</Trans>{' '}
            <span className="text-soft">{t`${plural(cart.item_count, { one: '# item', other: '# items' })}`}</span>
          </span>
          <span aria-live="polite" className={`text-lg font-semibold ${isChanging ? 'opacity-50' : ''}`}>
            <Money value={cart.totals.total} />
          </span>
        </p>
        <ButtonLink to="/checkout" tone="accent" size="large">
          <Trans>Checkout</Trans>
        </ButtonLink>
        <div className="grid grid-cols-2 gap-3">
          <ButtonLink to="/cart" tone="outline">
            <Trans>View cart</Trans>
          </ButtonLink>
          <Button tone="quiet" onClick={closeCartDrawer}>
            <Trans>Keep shopping</Trans>
          </Button>
        </div>
      </div>
      {others.length > 0 && (
        <section className="grid gap-4">
          <h3 className="text-base">
            <Trans>Also in your cart</Trans>
          </h3>
          <Lines lines={others} />
        </section>
      )}
    </div>
  )
}

function Lines({ lines }: { lines: readonly CartLine[] }) {
  return (
    <ul className="grid gap-4">
      {lines.map((line) => (
        <li key={line.sku} className="flex gap-4">
          <Thumb src={line.image} />
          <div className="grid min-w-0 grow content-start gap-0.5">
            <Link
              to="/p/$slug"
              params={{ slug: line.slug }}
              search={{ variant: line.sku }}
              className="font-medium hover:underline hover:underline-offset-4"
            >
              {line.title}
            </Link>
            <span className="text-sm text-soft">{line.variant_title}</span>
            <span className="flex justify-between gap-4 text-sm">
              <Trans>Quantity: {line.quantity}</Trans>
              {line.total && <Money value={line.total} className="text-base" />}
            </span>
          </div>
        </li>
      ))}
    </ul>
  )
}
