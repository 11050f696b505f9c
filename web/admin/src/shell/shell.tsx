// Owns what surrounds every page of the admin: sidebar, top bar, palette, signing in again.
import { Trans } from '@lingui/react/macro'
import { useFocusHeading } from '@rialto/ui/use-focus-heading.ts'
import { Outlet } from '@tanstack/react-router'
import { useState } from 'react'
import { SignInAgain } from '#features/session/sign-in-again.tsx'
import { useMay } from '#lib/session.ts'
import { PLACES } from './navigation.ts'
import { Palette } from './palette.tsx'
import { Sidebar } from './sidebar.tsx'
import { TopBar } from './top-bar.tsx'

const COLLAPSED = 'rialto.admin.sidebar'

export function Shell() {
  useFocusHeading()
  const may = useMay()
  const [collapsed, setCollapsed] = useState(() => localStorage.getItem(COLLAPSED) === '1')
  const places = PLACES.filter(({ needs }) => !needs || may(needs))

  function toggle() {
    localStorage.setItem(COLLAPSED, collapsed ? '0' : '1')
    setCollapsed(!collapsed)
  }

  return (
    <div className="grid min-h-dvh grid-cols-1 grid-rows-[auto_1fr] md:grid-cols-[auto_minmax(0,1fr)]">
      <a
        href="#main"
        className="absolute start-4 top-2 z-50 -translate-y-20 rounded-control bg-ink px-4 py-3 font-medium text-on-ink focus:translate-y-0"
      >
        <Trans>Skip to content</Trans>
      </a>
      <Sidebar places={places.filter(({ within }) => !within)} collapsed={collapsed} />
      <TopBar collapsed={collapsed} onToggle={toggle} />
      <main id="main" tabIndex={-1} className="min-w-0 p-4 pb-20 sm:p-6 md:pb-6">
        <Outlet />
      </main>
      <Palette places={places} />
      <SignInAgain />
    </div>
  )
}
