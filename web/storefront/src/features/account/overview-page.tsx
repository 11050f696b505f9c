// Owns the account's first page: the person, what is on its way, and everything else there is.
import { Trans, useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { useDocumentTitle } from '@rialto/ui/use-document-title.ts'
import { Link } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { useUser } from '#lib/session.ts'
import { shopName } from '#lib/shop.ts'
import { SignOut, usePlaces } from './account-frame.tsx'
import { UnverifiedNote } from './unverified-note.tsx'

/** `orders` is the newest orders, which are another feature's. */
export function OverviewPage({ orders }: { orders: ReactNode }) {
  const { t } = useLingui()
  const user = useUser()
  useDocumentTitle(t`Your account`, shopName)
  return (
    <div className="grid gap-8">
      <header className="grid gap-2">
        <h1 className="text-3xl sm:text-4xl">
          <Trans>
            Hello, <bdi>{user.name}</bdi>
          </Trans>
        </h1>
        <p className="text-soft">
          <bdi>{user.email}</bdi>
        </p>
      </header>
      {!user.email_verified && <UnverifiedNote email={user.email} />}
      {orders}
      <Places />
    </div>
  )
}

/** The frame's list is not shown on a phone: here it is the page. */
function Places() {
  const { t } = useLingui()
  const places = usePlaces().filter(({ to }) => to !== '/account')
  return (
    <nav aria-label={t`In your account`} className="lg:hidden">
      <ul className="divide-y divide-line overflow-hidden rounded-card border border-line bg-card">
        {places.map(({ to, icon, label }) => (
          <li key={to}>
            <Link to={to} className="flex min-h-14 items-center gap-4 px-4 hover:bg-sunken">
              <Icon of={icon} size={20} className="text-soft" />
              <span className="grow font-medium">{label}</span>
              <Icon of={ChevronRight} size={18} mirrored className="text-soft" />
            </Link>
          </li>
        ))}
        <li>
          <SignOut className="flex min-h-14 w-full items-center gap-4 px-4 font-medium hover:bg-sunken" />
        </li>
      </ul>
    </nav>
  )
}
