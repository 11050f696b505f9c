// Owns what stands around the pages of an account: where one can go in it, beside the page or above it.
import { Trans, useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { Link, type LinkProps, useNavigate } from '@tanstack/react-router'
import { Bell, House, LogOut, type LucideIcon, MapPin, Package, ShieldCheck, Undo2, UserRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { useLogout } from '#lib/session.ts'

export interface Place {
  to: NonNullable<LinkProps['to']>
  icon: LucideIcon
  label: string
}

export function usePlaces(): Place[] {
  const { t } = useLingui()
  return [
    { to: '/account', icon: House, label: t`Overview` },
    { to: '/account/orders', icon: Package, label: t`Orders` },
    { to: '/account/returns', icon: Undo2, label: t`Returns` },
    { to: '/account/addresses', icon: MapPin, label: t`Addresses` },
    { to: '/account/notifications', icon: Bell, label: t`Notifications` },
    { to: '/account/security', icon: ShieldCheck, label: t`Security and data` },
    { to: '/account/profile', icon: UserRound, label: t`Profile` },
  ]
}

const ITEM = 'flex min-h-11 items-center gap-3 rounded-control px-3 transition-colors hover:bg-sunken hover:text-ink'

export function AccountFrame({ children }: { children: ReactNode }) {
  const { t } = useLingui()
  return (
    <div className="page grid items-start gap-x-14 gap-y-8 pt-8 pb-20 lg:grid-cols-[14rem_minmax(0,1fr)] lg:pt-12">
      <nav aria-label={t`Your account`} className="hidden lg:block print:hidden">
        <ul className="grid gap-0.5">
          {usePlaces().map(({ to, icon, label }) => (
            <li key={to}>
              <Link
                to={to}
                activeOptions={{ exact: to === '/account' }}
                className={ITEM}
                activeProps={{ className: 'bg-sunken font-semibold text-ink' }}
                inactiveProps={{ className: 'text-soft' }}
              >
                <Icon of={icon} size={20} />
                {label}
              </Link>
            </li>
          ))}
          <li className="mt-2 border-line border-t pt-2">
            <SignOut className={`${ITEM} w-full text-soft`} />
          </li>
        </ul>
      </nav>
      <div className="min-w-0">{children}</div>
    </div>
  )
}

export function SignOut({ className }: { className: string }) {
  const logout = useLogout()
  const navigate = useNavigate()
  return (
    <button
      type="button"
      className={className}
      aria-disabled={logout.isPending || undefined}
      onClick={() => logout.mutate(undefined, { onSettled: () => navigate({ to: '/' }) })}
    >
      <Icon of={LogOut} size={20} mirrored />
      <Trans>Sign out</Trans>
    </button>
  )
}
