// Owns the first page for those who may not see the dashboard: it names the places that they may go to.
import { Trans, useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Page } from '#lib/page.tsx'
import { type Permission, useMay } from '#lib/session.ts'
import { PLACES } from './navigation.ts'

/** Shows its children to those who have the permission. */
export function WelcomePage({ needs, children }: { needs: Permission; children: ReactNode }) {
  const { t, i18n } = useLingui()
  const may = useMay()
  if (may(needs)) return children
  const places = PLACES.filter((place) => !place.within && place.needs && may(place.needs))
  return (
    <Page title={t`Welcome`}>
      <p className="text-soft">
        <Trans>Your role leads to these places.</Trans>
      </p>
      <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
        {places.map(({ to, label, icon }) => (
          <li key={to}>
            <Link
              to={to}
              className="flex min-h-16 items-center gap-3 rounded-card border border-line bg-card px-5 hover:border-edge"
            >
              <Icon of={icon} /> {i18n._(label)}
            </Link>
          </li>
        ))}
      </ul>
    </Page>
  )
}
