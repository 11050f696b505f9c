// Owns the way from the top down to this page.
import { useLingui } from '@lingui/react/macro'
import { Link, type LinkProps } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import { Icon } from './icon.tsx'

export interface Crumb {
  label: string
  /** Absent for the page itself, which comes last. */
  link?: Pick<LinkProps, 'to' | 'params' | 'search'>
}

export function Breadcrumb({ crumbs }: { crumbs: readonly Crumb[] }) {
  const { t } = useLingui()
  return (
    <nav aria-label={t`Breadcrumb`}>
      <ol className="flex flex-wrap items-center gap-x-1.5 text-sm text-soft">
        {crumbs.map(({ label, link }, index) => (
          <li key={label} className="flex min-h-6 items-center gap-1.5">
            {index > 0 && <Icon of={ChevronRight} size={14} mirrored />}
            {link ? (
              <Link {...(link as LinkProps)} className="py-1 hover:text-ink hover:underline hover:underline-offset-4">
                {label}
              </Link>
            ) : (
              <span aria-current="page" className="text-ink">
                {label}
              </span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  )
}
