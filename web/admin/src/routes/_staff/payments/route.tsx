// What the pages below Payments share: the links between them.
import { useLingui } from '@lingui/react/macro'
import { createFileRoute, Outlet } from '@tanstack/react-router'
import { SectionNav } from '#lib/section-nav.tsx'

export const Route = createFileRoute('/_staff/payments')({ component: PaymentsRoute })

function PaymentsRoute() {
  const { t } = useLingui()
  return (
    <>
      <SectionNav
        label={t`Payments`}
        links={[
          { to: '/payments', label: t`Payments` },
          { to: '/payments/disputes', label: t`Disputes` },
          { to: '/payments/reconciliation', label: t`Reconciliation` },
        ]}
      />
      <Outlet />
    </>
  )
}
