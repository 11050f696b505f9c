// Owns the way to the menu of phones: a button at the start of the header. The menu comes when it is first wanted.
import { useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { useLocation } from '@tanstack/react-router'
import { Menu } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import type { Category } from '#features/catalog/api.ts'

const CategoryDrawer = lazy(() => import('./category-drawer.tsx').then((file) => ({ default: file.CategoryDrawer })))

export function CategoryMenu({ categories }: { categories: readonly Category[] }) {
  const { t } = useLingui()
  const [open, setOpen] = useState<boolean>()
  const path = useLocation({ select: (location) => location.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever arrived somewhere is done with the menu.
  useEffect(() => setOpen((isOpen) => isOpen && false), [path])
  return (
    <div className="md:hidden">
      <button
        type="button"
        aria-label={t`Menu`}
        aria-haspopup="dialog"
        className="-ms-3 grid size-11 place-items-center rounded-full hover:bg-sunken"
        onClick={() => setOpen(true)}
      >
        <Icon of={Menu} />
      </button>
      {open !== undefined && (
        <Suspense>
          <CategoryDrawer categories={categories} open={open} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  )
}
