// Owns the list of places: at the start of the screen, or at its bottom on phones.
import { useLingui } from '@lingui/react/macro'
import { classes } from '@rialto/ui/classes.ts'
import { Icon } from '@rialto/ui/icon.tsx'
import { Link, useLocation } from '@tanstack/react-router'
import { Ellipsis } from 'lucide-react'
import type { Place } from './navigation.ts'
import { openPalette } from './palette.tsx'

/** A phone's bar has room for so many; the palette leads to the others. */
const ON_PHONES = 4

export function Sidebar({ places, collapsed }: { places: readonly Place[]; collapsed: boolean }) {
  const { t, i18n } = useLingui()
  const pathname = useLocation({ select: (location) => location.pathname })
  return (
    <nav
      aria-label={t`Main`}
      className={classes(
        'z-30 bg-card print:hidden max-md:fixed max-md:inset-x-0 max-md:bottom-0 max-md:border-line max-md:border-t',
        'md:sticky md:top-0 md:row-span-2 md:h-dvh md:border-line md:border-e md:p-3',
        collapsed ? 'md:w-[4.25rem]' : 'md:w-60',
      )}
    >
      <Link to="/" className="mb-4 hidden min-h-11 items-center gap-2 px-2 text-xl font-semibold md:flex">
        <span aria-hidden="true" className="grid size-7 place-items-center rounded-control bg-ink text-sm text-on-ink">
          R
        </span>
        <span className={collapsed ? 'sr-only' : undefined}>Rialto</span>
      </Link>
      <ul className="flex gap-1 max-md:justify-around md:grid">
        {places.map(({ to, label, icon, exact = false, also }, index) => (
          <li key={to} className={index < ON_PHONES ? 'max-md:min-w-0 max-md:flex-1' : 'max-md:hidden'}>
            <Link
              to={to}
              activeOptions={{ exact, includeSearch: false }}
              data-shown={also?.some((start) => pathname.startsWith(start)) || undefined}
              title={collapsed ? i18n._(label) : undefined}
              className="flex min-h-11 items-center gap-3 rounded-control px-3 text-soft hover:bg-sunken hover:text-ink max-md:flex-col max-md:gap-0.5 max-md:px-1 max-md:py-2 max-md:text-xs data-shown:bg-sunken data-shown:font-medium data-shown:text-ink"
              activeProps={{ className: 'bg-sunken font-medium text-ink!' }}
            >
              <Icon of={icon} />
              <span className={classes('max-md:max-w-full max-md:truncate', collapsed && 'md:sr-only')}>
                {i18n._(label)}
              </span>
            </Link>
          </li>
        ))}
        {places.length > ON_PHONES && (
          <li className="min-w-0 flex-1 md:hidden">
            <button
              type="button"
              onClick={openPalette}
              className="flex min-h-11 w-full flex-col items-center gap-0.5 rounded-control px-1 py-2 text-xs text-soft"
            >
              <Icon of={Ellipsis} /> {t`More`}
            </button>
          </li>
        )}
      </ul>
    </nav>
  )
}
