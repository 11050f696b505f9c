// Owns the save bar of a product; it alone looks at every letter that is typed.
import { useLingui } from '@lingui/react'
import { useWatch } from 'react-hook-form'
import { SaveBar } from '#lib/form/save-bar.tsx'
import { changesOf } from '../form/changes.ts'
import type { ProductForm } from '../form/product-form.ts'

interface ProductSaveBarProps {
  before: ProductForm
  busy: boolean
  onDiscard: () => void
}

export function ProductSaveBar({ before, busy, onDiscard }: ProductSaveBarProps) {
  const { i18n } = useLingui()
  const now = useWatch<ProductForm>() as ProductForm
  return <SaveBar changes={changesOf(before, now, i18n)} busy={busy} onDiscard={onDiscard} />
}
