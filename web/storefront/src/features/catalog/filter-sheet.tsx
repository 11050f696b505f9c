// Owns the way to the filters on phones and narrow screens. Their sheet comes when it is first wanted.
import { Trans } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { SlidersHorizontal } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { filtersOf } from './list-search.ts'
import type { List } from './use-list.ts'

const FilterDrawer = lazy(() => import('./filter-drawer.tsx').then((file) => ({ default: file.FilterDrawer })))

export function FilterSheet({ list }: { list: List }) {
  const [open, setOpen] = useState<boolean>()
  const on = filtersOf(list.search).length
  return (
    <>
      <Button tone="outline" aria-haspopup="dialog" onClick={() => setOpen(true)} className="lg:hidden">
        <Icon of={SlidersHorizontal} size={18} />
        <Trans>Filter</Trans>
        {on > 0 && <span className="grid size-6 place-items-center rounded-full bg-ink text-xs text-on-ink">{on}</span>}
      </Button>
      {open !== undefined && (
        <Suspense>
          <FilterDrawer list={list} open={open} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
