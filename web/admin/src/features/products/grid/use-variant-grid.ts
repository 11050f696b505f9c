// Owns the state of a grid of prices and stock, and what the grid needs to show it.
import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import type { Product, Variant } from '../api.ts'
import { PROBLEM_WORDS } from '../form/product-words.ts'
import type { GridColumn } from './edit-grid.tsx'
import type { CellChange } from './spreadsheet.ts'
import { type EditField, type Edits, FIELDS, problemIn, textIn } from './variant-edits.ts'

export interface VariantRow {
  /** The variant's id. */
  key: string
  variant: Variant
  product: Product
}

export function useVariantGrid(currency: string) {
  const { t, i18n } = useLingui()
  const [edits, setEdits] = useState<Edits>({})
  const columns: GridColumn[] = [
    { field: 'price', label: t`Price`, unit: currency, kind: 'number', className: 'w-28 min-w-24' },
    { field: 'compareAt', label: t`Before`, unit: currency, kind: 'number', className: 'w-28 min-w-24' },
    { field: 'stock', label: t`Available`, kind: 'number', className: 'w-24 min-w-20' },
  ]

  function change(changes: readonly CellChange[]) {
    setEdits((before) => {
      const after: Record<string, Partial<Record<EditField, string>>> = { ...before }
      for (const { row, field, value } of changes) {
        const known = FIELDS.find((name) => name === field)
        if (known) after[row] = { ...after[row], [known]: value }
      }
      return after
    })
  }

  const fieldOf = (name: string) => FIELDS.find((field) => field === name) ?? 'price'
  return {
    edits,
    change,
    reset: () => setEdits({}),
    gridProps: {
      columns,
      headLabel: t`Variant`,
      cellText: ({ variant }: VariantRow, field: string) => textIn(edits, variant, fieldOf(field), i18n.locale),
      nameOf: ({ variant, product }: VariantRow) => `${product.title} ${variant.title}`.trim(),
      head: ({ variant }: VariantRow) => variant.title || variant.sku,
      problemOf: ({ variant }: VariantRow, field: string) => {
        const code = problemIn(edits, variant, fieldOf(field))
        const words = code && PROBLEM_WORDS[code]
        return words ? i18n._(words) : undefined
      },
      idOf: ({ key }: VariantRow, field: string) => `cell-${key}-${field}`,
      groupsOf: ({ variant }: VariantRow) =>
        Object.entries(variant.options).map(([name, value]) => `${name}: ${value}`),
    },
  }
}
