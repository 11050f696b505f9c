// What the pages below Settings share: the links between them.
import { useLingui } from '@lingui/react/macro'
import { createFileRoute, Outlet } from '@tanstack/react-router'
import { SectionNav } from '#lib/section-nav.tsx'

export const Route = createFileRoute('/_staff/settings')({ component: SettingsRoute })

function SettingsRoute() {
  const { t } = useLingui()
  return (
    <>
      <SectionNav
        label={t`Settings`}
        links={[
          { to: '/settings/staff', label: t`Staff`, needs: 'users:read' },
          { to: '/settings/roles', label: t`Roles`, needs: 'users:read' },
          { to: '/settings/shop', label: t`Shop`, needs: 'users:read' },
          { to: '/settings/events', label: t`Events and health`, needs: 'events:read' },
        ]}
      />
      <Outlet />
    </>
  )
}
