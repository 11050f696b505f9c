// Owns the links between the pages of one place, such as zones and shipments below Shipping.
import { Link, type LinkProps, useLocation } from '@tanstack/react-router'
import { type Permission, useMay } from './session.ts'

export interface SectionLink {
  to: NonNullable<LinkProps['to']>
  label: string
  /** Whoever lacks it does not see the link. */
  needs?: Permission
}

export function SectionNav({ label, links }: { label: string; links: readonly SectionLink[] }) {
  const may = useMay()
  const pathname = useLocation({ select: (location) => location.pathname })
  const shown = links.filter(({ needs }) => !needs || may(needs))
  const current = currentOf(pathname, shown)
  return (
    <nav aria-label={label} className="mb-5 border-line border-b">
      <ul className="-mb-px flex gap-1 overflow-x-auto">
        {shown.map(({ to, label: name }) => (
          <li key={to}>
            <Link
              to={to}
              activeOptions={{ exact: true, includeSearch: false }}
              aria-current={to === current ? 'page' : undefined}
              className="flex min-h-11 items-center border-b-2 border-transparent px-3 font-medium whitespace-nowrap text-soft -outline-offset-2 hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink"
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** The longest that the page lies below: `/payments/disputes` and not `/payments`. */
function currentOf(pathname: string, links: readonly SectionLink[]): string | undefined {
  return links
    .map(({ to }): string => to)
    .filter((to) => pathname === to || pathname.startsWith(`${to}/`))
    .sort((one, other) => other.length - one.length)[0]
}
