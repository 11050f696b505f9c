// Owns what can be done with one product of the list.
import { useLingui } from '@lingui/react/macro'
import { Archive, Copy, ExternalLink } from 'lucide-react'
import { useState } from 'react'
import { ActionMenu } from '#lib/overlays/menu.tsx'
import type { Product } from '../api.ts'
import { ArchiveDialog } from '../archive-dialog.tsx'
import { useDuplicate } from '../duplicate.ts'

export function RowMenu({ product, mayWrite }: { product: Product; mayWrite: boolean }) {
  const { t } = useLingui()
  const [isArchiving, setArchiving] = useState(false)
  const duplicate = useDuplicate()
  const isPublished = product.status === 'published'
  return (
    <>
      <ActionMenu
        label={t`Actions of ${product.title}`}
        actions={[
          isPublished && { label: t`Open in the storefront`, icon: ExternalLink, href: `/p/${product.slug}` },
          mayWrite && { label: t`Duplicate`, icon: Copy, onSelect: () => duplicate(product) },
          mayWrite &&
            product.status !== 'archived' && {
              label: t`Archive…`,
              icon: Archive,
              danger: true,
              onSelect: () => setArchiving(true),
            },
        ]}
      />
      <ArchiveDialog product={product} open={isArchiving} onClose={() => setArchiving(false)} />
    </>
  )
}
