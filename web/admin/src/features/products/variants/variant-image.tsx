// Owns which of the product's pictures shows a variant.
import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { useWatch } from 'react-hook-form'
import { PopoverPanel } from '#lib/overlays/popover.tsx'
import type { ProductForm } from '../form/product-form.ts'
import { Thumbnail } from '../media/thumbnail.tsx'

interface VariantImageProps {
  name: string
  value: string
  onChange: (url: string) => void
}

export function VariantImage({ name, value, onChange }: VariantImageProps) {
  const { t } = useLingui()
  const [open, setOpen] = useState(false)
  const images = useWatch<ProductForm, 'images'>({ name: 'images' }).filter(({ url }) => url !== '')
  const chosen = images.find(({ url }) => url === value)

  function choose(url: string) {
    onChange(url)
    setOpen(false)
  }

  return (
    <PopoverPanel
      open={open}
      onOpenChange={setOpen}
      title={t`Picture of ${name}`}
      trigger={<Thumbnail url={chosen?.thumb} className="size-9" />}
      triggerLabel={t`Choose the picture of ${name}`}
      triggerClassName="rounded-control hover:opacity-80"
    >
      <div className="flex flex-wrap gap-2">
        <button
          type="button"
          aria-pressed={value === ''}
          onClick={() => choose('')}
          className="size-16 rounded-control border border-edge text-sm aria-pressed:border-2 aria-pressed:border-accent"
        >
          {t`None`}
        </button>
        {images.map(({ key, url, thumb, alt }, index) => (
          <button
            key={key}
            type="button"
            aria-pressed={url === value}
            aria-label={alt || t`Picture ${index + 1}`}
            onClick={() => choose(url)}
            className="overflow-hidden rounded-control border border-edge aria-pressed:border-2 aria-pressed:border-accent"
          >
            <img src={thumb} alt="" className="size-16 object-cover" />
          </button>
        ))}
      </div>
      {images.length === 0 && <p className="mt-3 text-soft">{t`The product has no pictures yet.`}</p>}
    </PopoverPanel>
  )
}
