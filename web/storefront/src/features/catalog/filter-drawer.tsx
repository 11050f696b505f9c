// Owns the sheet of filters, whose button says how many products are left.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Drawer } from '@rialto/ui/drawer.tsx'
import { FacetGroups } from './facet-groups.tsx'
import { FilterChips } from './filter-chips.tsx'
import type { List } from './use-list.ts'

interface FilterDrawerProps {
  list: List
  open: boolean
  onClose: () => void
}

export function FilterDrawer({ list, open, onClose }: FilterDrawerProps) {
  const { t } = useLingui()
  const total = list.first?.total ?? 0
  return (
    <Drawer
      side="start"
      open={open}
      onClose={onClose}
      title={<Trans>Filter</Trans>}
      actions={
        <Button className="grow" busy={list.isLate} onClick={onClose}>
          <span aria-live="polite">{t`Show ${plural(total, { one: '# product', other: '# products' })}`}</span>
        </Button>
      }
    >
      <div className="grid gap-4">
        <FilterChips list={list} />
        {list.first && <FacetGroups list={list} facets={list.first.facets} />}
      </div>
    </Drawer>
  )
}
