// Owns the pictures of a product: adding, describing, ordering and removing them.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { classes } from '@rialto/ui/classes.ts'
import { Icon } from '@rialto/ui/icon.tsx'
import { ImagePlus } from 'lucide-react'
import { type DragEvent, useRef, useState } from 'react'
import { useController, useFormContext } from 'react-hook-form'
import { type ImageDraft, newKey, type ProductForm } from '../form/product-form.ts'
import { ImageCard } from './image-card.tsx'
import { useUploads } from './use-uploads.ts'

const KINDS = ['image/jpeg', 'image/png', 'image/webp', 'image/gif']

export function MediaSection() {
  const { t } = useLingui()
  const { getValues } = useFormContext<ProductForm>()
  const { field } = useController<ProductForm, 'images'>({ name: 'images' })
  const [isOver, setOver] = useState(false)
  const [dragged, setDragged] = useState<string>()
  const chooser = useRef<HTMLInputElement>(null)

  // Uploads end at any time: they must see the pictures as they are then.
  const patch = (key: string, change: Partial<ImageDraft>) =>
    field.onChange(getValues('images').map((image) => (image.key === key ? { ...image, ...change } : image)))
  const { uploads, add, retry, cancel } = useUploads((key, { url, sizes }) =>
    patch(key, { url, thumb: sizes[0]?.url ?? url }),
  )

  function take(files: Iterable<File>) {
    const pictures = [...files].filter(({ type }) => KINDS.includes(type)).map((file) => ({ key: newKey(), file }))
    const drafts = pictures.map(({ key, file }) => ({
      key,
      url: '',
      alt: '',
      isDecorative: false,
      thumb: '',
      name: file.name,
    }))
    field.onChange([...getValues('images'), ...drafts])
    add(pictures)
  }

  function remove(key: string) {
    cancel(key)
    field.onChange(getValues('images').filter((image) => image.key !== key))
  }

  function move(key: string, to: number) {
    const images = getValues('images')
    const moved = images.find((image) => image.key === key)
    const others = images.filter((image) => image.key !== key)
    if (moved) field.onChange([...others.slice(0, to), moved, ...others.slice(to)])
  }

  function onDrop(event: DragEvent) {
    event.preventDefault()
    setOver(false)
    if (event.dataTransfer.files.length > 0) take(event.dataTransfer.files)
  }

  return (
    <Card title={t`Pictures`}>
      <div className="grid gap-4">
        {field.value.length > 0 && (
          <ul className="grid gap-3">
            {field.value.map((image, index) => (
              <li
                key={image.key}
                draggable
                onDragStart={() => setDragged(image.key)}
                onDragEnd={() => setDragged(undefined)}
                onDragOver={(event) => dragged && event.preventDefault()}
                onDrop={() => dragged && move(dragged, index)}
                className={classes('rounded-control border border-line', dragged === image.key && 'opacity-50')}
              >
                <ImageCard
                  image={image}
                  index={index}
                  count={field.value.length}
                  upload={uploads[image.key]}
                  onChange={(change) => patch(image.key, change)}
                  onMove={(by) => move(image.key, index + by)}
                  onRetry={() => retry(image.key)}
                  onRemove={() => remove(image.key)}
                />
              </li>
            ))}
          </ul>
        )}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the button inside does the same. */}
        <div
          onDragOver={(event) => {
            event.preventDefault()
            setOver(true)
          }}
          onDragLeave={() => setOver(false)}
          onDrop={onDrop}
          className={classes(
            'grid justify-items-center gap-2 rounded-control border-2 border-dashed p-6 text-center',
            isOver ? 'border-accent bg-accent-soft' : 'border-line',
          )}
        >
          <input
            ref={chooser}
            type="file"
            accept={KINDS.join(',')}
            multiple
            hidden
            data-testid="media-files"
            onChange={(event) => {
              take(event.target.files ?? [])
              event.target.value = ''
            }}
          />
          <Button id="media-add" tone="outline" onClick={() => chooser.current?.click()}>
            <Icon of={ImagePlus} /> {t`Add pictures`}
          </Button>
          <p className="text-sm text-soft">
            <Trans>Or drop them here. JPEG, PNG, WebP or GIF, 10 MB at most.</Trans>
          </p>
        </div>
      </div>
    </Card>
  )
}
