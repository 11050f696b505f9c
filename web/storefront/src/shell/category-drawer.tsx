// Owns the menu of phones: every category with those below it.
import { Trans } from '@lingui/react/macro'
import { Drawer } from '@rialto/ui/drawer.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Link } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import type { Category } from '#features/catalog/api.ts'

interface CategoryDrawerProps {
  categories: readonly Category[]
  open: boolean
  onClose: () => void
}

export function CategoryDrawer({ categories, open, onClose }: CategoryDrawerProps) {
  return (
    <Drawer side="start" open={open} onClose={onClose} title={<Trans>Categories</Trans>}>
      <ul className="-mx-2 -mt-3 grid">
        {categories.map((category) => (
          <li key={category.id} className="border-line border-b py-2 last:border-0">
            <Link
              to="/c/$slug"
              params={{ slug: category.slug }}
              className="flex min-h-11 items-center justify-between px-2 text-lg font-medium"
            >
              {category.title}
              <Icon of={ChevronRight} size={18} mirrored className="text-soft" />
            </Link>
            {category.children.map((child) => (
              <Link
                key={child.id}
                to="/c/$slug"
                params={{ slug: child.slug }}
                className="flex min-h-11 items-center px-2 text-soft"
              >
                {child.title}
              </Link>
            ))}
          </li>
        ))}
      </ul>
    </Drawer>
  )
}
