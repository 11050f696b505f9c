// Owns prices and stock changed right in the list: the cell is a button, the panel holds the product's variants.
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { VisuallyHidden } from '@rialto/ui/visually-hidden.tsx'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { PopoverPanel } from '#lib/overlays/popover.tsx'
import { keep, type Product } from '../api.ts'
import { EditGrid } from '../grid/edit-grid.tsx'
import { useVariantGrid } from '../grid/use-variant-grid.ts'
import { hasProblem, patchesOf } from '../grid/variant-edits.ts'
import { patchProduct } from '../patch.ts'

interface QuickEditProps {
  product: Product
  /** What the button is for, after what it shows: "change the price of Stoneware Mug". */
  label: string
  /** The cell of the list. */
  children: ReactNode
}

export function QuickEdit({ product, label, children }: QuickEditProps) {
  const [open, setOpen] = useState(false)
  return (
    <PopoverPanel
      open={open}
      onOpenChange={setOpen}
      title={product.title}
      trigger={
        <>
          {children}
          <VisuallyHidden>, {label}</VisuallyHidden>
        </>
      }
      triggerClassName="-mx-2 min-h-10 rounded-control px-2 text-start hover:bg-card hover:outline hover:outline-edge data-popup-open:outline data-popup-open:outline-edge"
      className="w-[32rem]!"
    >
      <Editor product={product} onDone={() => setOpen(false)} />
    </PopoverPanel>
  )
}

function Editor({ product, onDone }: { product: Product; onDone: () => void }) {
  const { t } = useLingui()
  const queryClient = useQueryClient()
  const { edits, change, gridProps } = useVariantGrid(product.price.currency)
  const variants = patchesOf(edits, product)
  const isWrong = hasProblem(edits, product)
  const save = useMutation({
    mutationFn: () => patchProduct(product, { variants }, t`Changed in the list of products`),
    onSuccess: (saved) => {
      keep(queryClient, saved)
      onDone()
    },
  })
  const isStale = save.error instanceof ProblemError && save.error.status === 412

  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (variants.size > 0 && !isWrong) save.mutate()
      }}
      // Enter in a cell goes down a row; from the last one it saves, as people expect of a small form.
      onKeyDown={(event) => {
        const isLast = product.variants.length === 1 && event.key === 'Enter'
        if (isLast && event.target instanceof HTMLInputElement) event.currentTarget.requestSubmit()
      }}
    >
      <EditGrid caption={product.title} rows={rowsOf(product)} onChange={change} {...gridProps} />
      {save.error && (
        <ErrorState error={save.error} title={t`This could not be saved`}>
          {isStale && t`Somebody else changed the same value meanwhile. Close this and look again.`}
        </ErrorState>
      )}
      <div className="flex justify-end gap-3">
        <Button tone="quiet" size="small" onClick={onDone}>
          <Trans>Cancel</Trans>
        </Button>
        <Button type="submit" size="small" busy={save.isPending} disabled={variants.size === 0 || isWrong}>
          {save.isPending ? t`Saving…` : t`Save`}
        </Button>
      </div>
    </form>
  )
}

function rowsOf(product: Product) {
  return product.variants.map((variant) => ({ key: variant.id, variant, product }))
}
