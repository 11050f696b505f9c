// Owns the matrix of variants: each a row of inputs that can be filled down and pasted into.
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Trash2 } from 'lucide-react'
import { useFormContext } from 'react-hook-form'
import { nameOf, type ProductForm, type VariantDraft } from '../form/product-form.ts'
import { useProblemWords } from '../form/use-problem-words.ts'
import { EditGrid, type GridColumn } from '../grid/edit-grid.tsx'
import type { CellChange } from '../grid/spreadsheet.ts'
import { VariantImage } from './variant-image.tsx'

type TextField = 'sku' | 'price' | 'compareAt' | 'stock' | 'weight' | 'barcode'

interface VariantGridProps {
  currency: string
  saved: readonly VariantDraft[]
  variants: VariantDraft[]
  onChange: (variants: VariantDraft[]) => void
}

export function VariantGrid({ currency, variants, onChange }: VariantGridProps) {
  const { t } = useLingui()
  const words = useProblemWords()
  const { errors } = useFormContext<ProductForm>().formState
  const places = new Map(variants.map(({ key }, index) => [key, index]))
  const columns: (GridColumn & { field: TextField })[] = [
    { field: 'sku', label: t`SKU`, kind: 'text', className: 'min-w-44', isUnique: true },
    { field: 'price', label: t`Price`, unit: currency, kind: 'number', className: 'w-32 min-w-28' },
    { field: 'compareAt', label: t`Before`, unit: currency, kind: 'number', className: 'w-32 min-w-28' },
    { field: 'stock', label: t`Available`, kind: 'number', className: 'w-28 min-w-24' },
    { field: 'weight', label: t`Weight`, unit: t`g`, kind: 'number', className: 'w-28 min-w-24' },
    { field: 'barcode', label: t`Barcode`, kind: 'text', className: 'min-w-36', isUnique: true },
  ]
  const fieldOf = (name: string) => columns.find(({ field }) => field === name)?.field ?? 'sku'

  function change(changes: readonly CellChange[]) {
    const byRow = Map.groupBy(changes, ({ row }) => row)
    onChange(
      variants.map((variant) => {
        const own = byRow.get(variant.key)
        return own
          ? { ...variant, ...Object.fromEntries(own.map(({ field, value }) => [fieldOf(field), value])) }
          : variant
      }),
    )
  }

  return (
    <EditGrid
      caption={t`Variants`}
      headLabel={t`Variant`}
      columns={columns}
      rows={variants}
      cellText={(variant, field) => variant[fieldOf(field)]}
      nameOf={nameOf}
      head={(variant) => (
        <span className="flex min-w-40 items-center gap-2">
          <VariantImage
            name={nameOf(variant)}
            value={variant.image}
            onChange={(image) => onChange(variants.map((other) => (other === variant ? { ...variant, image } : other)))}
          />
          {nameOf(variant)}
        </span>
      )}
      tail={(variant) =>
        variants.length > 1 && (
          <Button
            tone="quiet"
            size="icon"
            aria-label={t`Remove ${nameOf(variant)}`}
            onClick={() => onChange(variants.filter((other) => other !== variant))}
          >
            <Icon of={Trash2} size={18} />
          </Button>
        )
      }
      problemOf={(variant, field) => words(errors.variants?.[places.get(variant.key) ?? -1]?.[fieldOf(field)]?.message)}
      idOf={(variant, field) => `field-variants.${places.get(variant.key)}.${field}`}
      groupsOf={(variant) => Object.entries(variant.options).map(([name, value]) => `${name}: ${value}`)}
      onChange={change}
    />
  )
}
