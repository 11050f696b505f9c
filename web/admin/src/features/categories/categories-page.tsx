// Owns the tree of categories: making, naming, ordering, moving and deleting them.
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { useSuspenseQuery } from '@tanstack/react-query'
import { FolderTree, Plus } from 'lucide-react'
import { useState } from 'react'
import { type CategoryNode, categoryTreeQuery } from '#lib/category-tree.ts'
import { Page } from '#lib/page.tsx'
import { useMay } from '#lib/session.ts'
import { CategoryDialog } from './category-dialog.tsx'
import { CategoryList } from './category-list.tsx'
import { DeleteDialog } from './delete-dialog.tsx'
import { MoveDialog } from './move-dialog.tsx'
import { PreviewDialog } from './preview-dialog.tsx'

/** What is being done, and with which category. */
export type Doing =
  | { what: 'create'; parent: CategoryNode | undefined }
  | { what: 'edit' | 'move' | 'delete' | 'preview'; category: CategoryNode }

export function CategoriesPage() {
  const { t } = useLingui()
  const mayWrite = useMay()('catalog:write')
  const { data: tree } = useSuspenseQuery(categoryTreeQuery)
  const [doing, setDoing] = useState<Doing>()
  const stop = () => setDoing(undefined)
  const create = mayWrite && (
    <Button onClick={() => setDoing({ what: 'create', parent: undefined })}>
      <Icon of={Plus} /> {t`New category`}
    </Button>
  )
  return (
    <Page title={t`Categories`} actions={create}>
      {tree.length === 0 ? (
        <EmptyState icon={FolderTree} title={t`No categories yet`} action={create}>
          {t`Categories are the shop's aisles: shoppers walk through them, and each product stands in one or more.`}
        </EmptyState>
      ) : (
        <div className="rounded-card border border-line bg-card">
          <CategoryList nodes={tree} mayWrite={mayWrite} onDo={setDoing} />
        </div>
      )}
      {(doing?.what === 'create' || doing?.what === 'edit') && <CategoryDialog doing={doing} onClose={stop} />}
      {doing?.what === 'move' && <MoveDialog category={doing.category} tree={tree} onClose={stop} />}
      {doing?.what === 'delete' && <DeleteDialog category={doing.category} onClose={stop} />}
      {doing?.what === 'preview' && <PreviewDialog category={doing.category} onClose={stop} />}
    </Page>
  )
}
