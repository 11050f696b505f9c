// Owns what can be done with a product beside editing it.
import { useLingui } from '@lingui/react/macro'
import { ButtonHref } from '@rialto/ui/button.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Archive, Copy, ExternalLink } from 'lucide-react'
import { useState } from 'react'
import { ActionMenu } from '#lib/overlays/menu.tsx'
import type { Product } from '../api.ts'
import { ArchiveDialog } from '../archive-dialog.tsx'
import { useDuplicate } from '../duplicate.ts'

interface ProductActionsProps {
  product: Product
  mayWrite: boolean
  /** Something is typed and not saved. */
  isDirty: boolean
}

export function ProductActions({ product, mayWrite, isDirty }: ProductActionsProps) {
  const { t } = useLingui()
  const [isArchiving, setArchiving] = useState(false)
  const duplicate = useDuplicate()
  const refusal = isDirty ? t`Save or discard your changes first.` : undefined
  return (
    <>
      {product.status === 'published' && (
        <ButtonHref tone="outline" href={`/p/${product.slug}`} target="_blank" rel="noopener">
          {t`Open in the storefront`} <Icon of={ExternalLink} size={16} />
        </ButtonHref>
      )}
      {mayWrite && (
        <ActionMenu
          label={t`More actions`}
          tone="outline"
          actions={[
            { label: t`Duplicate`, icon: Copy, onSelect: () => duplicate(product), refusal },
            product.status !== 'archived' && {
              label: t`Archive…`,
              icon: Archive,
              danger: true,
              onSelect: () => setArchiving(true),
              refusal,
            },
          ]}
        />
      )}
      <ArchiveDialog product={product} open={isArchiving} onClose={() => setArchiving(false)} />
    </>
  )
}
