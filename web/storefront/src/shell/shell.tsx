// Owns what surrounds every page: skip link, header, main, footer.
import { Trans } from '@lingui/react/macro'
import { useFocusHeading } from '@rialto/ui/use-focus-heading.ts'
import { Outlet, useLocation } from '@tanstack/react-router'
import { CartDrawer } from '#features/cart/cart-drawer.tsx'
import { CheckoutHeader } from './checkout-header.tsx'
import { Footer } from './footer.tsx'
import { Header } from './header.tsx'
import { OfflineNote } from './offline-note.tsx'

export function Shell() {
  useFocusHeading()
  // Whoever is about to pay sees neither menus nor offers.
  const isCheckout = useLocation({ select: ({ pathname }) => /^\/checkout(\/|$)/.test(pathname) })
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="absolute start-4 top-2 z-50 -translate-y-20 rounded-control bg-ink px-4 py-3 font-medium text-on-ink focus:translate-y-0"
      >
        <Trans>Skip to content</Trans>
      </a>
      {isCheckout ? <CheckoutHeader /> : <Header />}
      <main id="main" tabIndex={-1} className="grow">
        <Outlet />
      </main>
      {!isCheckout && <Footer />}
      <CartDrawer />
      <OfflineNote />
    </div>
  )
}
