// Owns one picture of a product in the editor: progress, description, its place among the others.
import { useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { Checkbox } from '@rialto/ui/checkbox.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useFormContext } from 'react-hook-form'
import { OrderButtons } from '#lib/form/order-buttons.tsx'
import type { ImageDraft, ProductForm } from '../form/product-form.ts'
import { useProblemWords } from '../form/use-problem-words.ts'
import { Thumbnail } from './thumbnail.tsx'
import { UploadState } from './upload-state.tsx'
import type { Upload } from './use-uploads.ts'

interface ImageCardProps {
  image: ImageDraft
  index: number
  count: number
  /** While it is on its way, or failed on it. */
  upload: Upload | undefined
  onChange: (change: Partial<ImageDraft>) => void
  onMove: (by: -1 | 1) => void
  onRetry: () => void
  onRemove: () => void
}

export function ImageCard({ image, index, count, upload, onChange, onMove, onRetry, onRemove }: ImageCardProps) {
  const { t } = useLingui()
  const words = useProblemWords()
  const errors = useFormContext<ProductForm>().formState.errors.images?.[index]
  const name = t`picture ${index + 1}`
  return (
    <div className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-2 p-3 sm:grid-cols-[auto_1fr_auto]">
      <div className="grid content-start justify-items-center gap-2">
        <Thumbnail url={image.thumb || undefined} className="size-24" />
        {index === 0 && <Badge>{t`Main`}</Badge>}
      </div>
      <div className="grid min-w-0 content-start gap-1">
        {upload && <UploadState upload={upload} name={image.name} onRetry={onRetry} />}
        {!upload && errors?.url && <p className="text-sm text-bad">{words(errors.url.message)}</p>}
        <Field
          name={`images.${index}.alt`}
          label={t`Description for those who cannot see it`}
          error={image.isDecorative ? undefined : words(errors?.alt?.message)}
        >
          {(wiring) => (
            <Input
              {...wiring}
              value={image.alt}
              disabled={image.isDecorative}
              maxLength={500}
              placeholder={t`A sand-coloured mug on a wooden table`}
              onChange={(event) => onChange({ alt: event.target.value })}
            />
          )}
        </Field>
        <Checkbox
          label={t`Decoration only: it shows nothing that the text does not say`}
          checked={image.isDecorative}
          onChange={(event) => onChange({ isDecorative: event.target.checked })}
          className="text-sm"
        />
      </div>
      <div className="flex max-sm:col-span-2 max-sm:justify-end sm:flex-col">
        <OrderButtons
          name={name}
          isFirst={index === 0}
          isLast={index === count - 1}
          onMove={onMove}
          onRemove={onRemove}
        />
      </div>
    </div>
  )
}
