// Owns the shop's mark and name, which lead to the first page.
import { Link } from '@tanstack/react-router'
import { shopName } from '#lib/shop.ts'

export function Logo() {
  return (
    <Link to="/" className="flex min-h-11 items-center gap-2.5 rounded-control text-2xl font-semibold tracking-tight">
      {/* The bridge: an arch over a line of water. */}
      <svg viewBox="0 0 48 28" width="36" height="21" aria-hidden="true" className="shrink-0">
        <path d="M0 21C5 7 13.5 0 24 0s19 7 24 21h-9C35 12 30 8 24 8S13 12 9 21z" className="fill-accent" />
        <path d="M0 23.5h48V28H0z" className="fill-current" />
      </svg>
      {shopName}
    </Link>
  )
}
