// Owns the top of the checkout: the way out is the logo, and nothing else distracts.
import { Trans } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { Link } from '@tanstack/react-router'
import { LifeBuoy } from 'lucide-react'
import { Logo } from './logo.tsx'

export function CheckoutHeader() {
  return (
    <header className="border-line border-b bg-paper">
      <div className="page flex items-center justify-between gap-4 py-2">
        <Logo />
        <Link to="/help" className="-me-2 inline-flex min-h-11 items-center gap-2 px-2 text-soft hover:text-ink">
          <Icon of={LifeBuoy} size={18} />
          <Trans>Help</Trans>
        </Link>
      </div>
    </header>
  )
}
