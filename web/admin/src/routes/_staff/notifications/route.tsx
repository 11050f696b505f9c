// What the pages below Notifications share: the links between them.
import { useLingui } from '@lingui/react/macro'
import { createFileRoute, Outlet } from '@tanstack/react-router'
import { SectionNav } from '#lib/section-nav.tsx'

export const Route = createFileRoute('/_staff/notifications')({ component: NotificationsRoute })

function NotificationsRoute() {
  const { t } = useLingui()
  return (
    <>
      <SectionNav
        label={t`Notifications`}
        links={[
          { to: '/notifications', label: t`Messages` },
          { to: '/notifications/templates', label: t`Templates` },
          { to: '/notifications/suppressions', label: t`Not written to` },
          { to: '/notifications/consents', label: t`Consents` },
        ]}
      />
      <Outlet />
    </>
  )
}
