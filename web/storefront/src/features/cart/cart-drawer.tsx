// Owns the panel that opens when something was added. It comes when it is first needed, and stays for its next time.
import { useLocation } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { closeCartDrawer, useCartDrawer } from './drawer-state.ts'

const Panel = lazy(() => import('./cart-drawer-panel.tsx').then((file) => ({ default: file.CartDrawerPanel })))

export function CartDrawer() {
  const added = useCartDrawer()
  const [isNeeded, setNeeded] = useState(false)
  if (added !== undefined && !isNeeded) setNeeded(true)
  const path = useLocation({ select: (location) => location.pathname })
  const stoodAt = useRef(path)
  // Whoever went somewhere is done with the drawer.
  useEffect(() => {
    if (stoodAt.current !== path) closeCartDrawer()
    stoodAt.current = path
  }, [path])
  return isNeeded ? (
    <Suspense>
      <Panel added={added} />
    </Suspense>
  ) : null
}
