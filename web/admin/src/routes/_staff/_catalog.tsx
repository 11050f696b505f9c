// The catalogue: products and what belongs to them, with the way between these pages.
import { useLingui } from '@lingui/react/macro'
import { createFileRoute, Outlet } from '@tanstack/react-router'
import { SectionNav } from '#lib/section-nav.tsx'

export const Route = createFileRoute('/_staff/_catalog')({
  component: Catalog,
})

function Catalog() {
  const { t } = useLingui()
  return (
    <>
      <SectionNav
        label={t`Catalogue`}
        links={[
          { to: '/products', label: t`Products`, needs: 'catalog:read' },
          { to: '/categories', label: t`Categories`, needs: 'catalog:read' },
          { to: '/stock', label: t`Stock`, needs: 'inventory:read' },
          { to: '/promotions', label: t`Promotions`, needs: 'orders:read' },
          { to: '/imports', label: t`Import`, needs: 'catalog:read' },
        ]}
      />
      <Outlet />
    </>
  )
}
