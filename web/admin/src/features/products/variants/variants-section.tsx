// Owns options and variants of a product: what there is to choose, and price and stock of each choice.
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Layers } from 'lucide-react'
import { useState } from 'react'
import { useController } from 'react-hook-form'
import type { ProductForm, VariantDraft } from '../form/product-form.ts'
import { OptionsDialog } from './options-dialog.tsx'
import { SingleVariant } from './single-variant.tsx'
import { VariantGrid } from './variant-grid.tsx'

interface VariantsSectionProps {
  currency: string
  /** New SKUs are made from it. */
  title: string
  /** The variants as they are saved. */
  savedStock: readonly VariantDraft[]
}

export function VariantsSection({ currency, title, savedStock }: VariantsSectionProps) {
  const { t } = useLingui()
  const [isOpen, setOpen] = useState(false)
  const { field: options } = useController<ProductForm, 'options'>({ name: 'options' })
  const { field: variants } = useController<ProductForm, 'variants'>({ name: 'variants' })
  const count = variants.value.length
  const hasOptions = options.value.length > 0
  return (
    <Card
      title={hasOptions ? t`${plural(count, { one: '# variant', other: '# variants' })}` : t`Price and stock`}
      action={
        <Button tone="outline" size="small" onClick={() => setOpen(true)}>
          <Icon of={Layers} size={16} /> {hasOptions ? t`Change options…` : t`Add options such as size or colour…`}
        </Button>
      }
    >
      {hasOptions && (
        <p className="mb-4 text-soft">
          {options.value.map(({ name, values }) => `${name}: ${values.join(', ')}`).join(' · ')}
        </p>
      )}
      {hasOptions ? (
        <VariantGrid currency={currency} saved={savedStock} variants={variants.value} onChange={variants.onChange} />
      ) : (
        <SingleVariant currency={currency} />
      )}
      <OptionsDialog
        open={isOpen}
        onClose={() => setOpen(false)}
        title={title}
        options={options.value}
        variants={variants.value}
        onApply={(nextOptions, nextVariants) => {
          options.onChange(nextOptions)
          variants.onChange(nextVariants)
          setOpen(false)
        }}
      />
    </Card>
  )
}
