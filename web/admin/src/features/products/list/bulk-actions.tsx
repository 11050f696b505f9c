// Owns what can be done with many products at once.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, ButtonLink } from '@rialto/ui/button.tsx'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { BulkDialog } from '#lib/list/bulk-dialog.tsx'
import { keep, type Product, type ProductStatus } from '../api.ts'
import { patchProduct } from '../patch.ts'

interface BulkActionsProps {
  chosen: Product[]
  onDone: () => void
}

export function BulkActions({ chosen, onDone }: BulkActionsProps) {
  const { t } = useLingui()
  const queryClient = useQueryClient()
  const [work, setWork] = useState<{ status: ProductStatus; products: Product[] }>()
  const count = work?.products.length ?? 0
  const words: Record<ProductStatus, { button: string; effect: string }> = {
    published: {
      button: t`Publish`,
      effect: t`${plural(count, { one: '# product', other: '# products' })} will be seen and bought by everyone.`,
    },
    draft: {
      button: t`Make drafts`,
      effect: t`${plural(count, { one: '# product', other: '# products' })} will be seen by staff only.`,
    },
    archived: {
      button: t`Archive`,
      effect: t`${plural(count, { one: '# product', other: '# products' })} will no longer be sold. Orders keep them, and they can be published again.`,
    },
  }
  // Those that have the status already are not touched.
  const begin = (status: ProductStatus) =>
    setWork({ status, products: chosen.filter((product) => product.status !== status) })

  return (
    <>
      {(['published', 'draft', 'archived'] as const).map((status) => (
        <Button key={status} tone="outline" size="small" onClick={() => begin(status)}>
          {words[status].button}
        </Button>
      ))}
      <ButtonLink
        tone="outline"
        size="small"
        to="/products/grid"
        search={{ ids: chosen.map(({ id }) => id).join(',') }}
      >
        <Trans>Prices and stock…</Trans>
      </ButtonLink>
      <BulkDialog
        rows={work?.products}
        title={work ? words[work.status].button : ''}
        go={work ? words[work.status].button : ''}
        {...(work?.status === 'archived' && { tone: 'danger' as const })}
        work={async (product) =>
          work &&
          keep(queryClient, await patchProduct(product, { status: work.status }, t`Changed in the list of products`))
        }
        rowName={(product) => product.title}
        onClose={(changed) => {
          setWork(undefined)
          if (changed) onDone()
        }}
      >
        <p>{work && words[work.status].effect}</p>
      </BulkDialog>
    </>
  )
}
