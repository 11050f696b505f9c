// What the pages below Shipping share: the links between them.
import { useLingui } from '@lingui/react/macro'
import { createFileRoute, Outlet } from '@tanstack/react-router'
import { SectionNav } from '#lib/section-nav.tsx'

export const Route = createFileRoute('/_staff/shipping')({ component: ShippingRoute })

function ShippingRoute() {
  const { t } = useLingui()
  return (
    <>
      <SectionNav
        label={t`Shipping`}
        links={[
          { to: '/shipping/shipments', label: t`Shipments` },
          { to: '/shipping/zones', label: t`Zones and rates` },
          { to: '/shipping/try', label: t`Try it` },
        ]}
      />
      <Outlet />
    </>
  )
}
