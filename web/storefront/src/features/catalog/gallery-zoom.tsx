// Owns the closer look at a product's pictures: the whole screen, twice as large on request, all by keyboard too.
import { useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { useModal } from '@rialto/ui/use-modal.ts'
import { ChevronLeft, ChevronRight, X, ZoomIn, ZoomOut } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { Picture } from '#lib/picture.tsx'
import type { Image } from './api.ts'

interface GalleryZoomProps {
  images: readonly Image[]
  start: number
  onClose: () => void
}

export function GalleryZoom({ images, start, onClose }: GalleryZoomProps) {
  const { t } = useLingui()
  const modal = useModal(true, onClose)
  const [at, setAt] = useState(start)
  const [isLarge, setLarge] = useState(false)
  const view = useRef<HTMLElement>(null)
  const image = images[at]
  const count = images.length

  // A larger picture begins in its middle.
  useEffect(() => {
    const { current } = view
    if (!isLarge || !current) return
    const middle = (current.scrollWidth - current.clientWidth) / 2
    const isRtl = document.documentElement.dir === 'rtl'
    current.scrollTo(isRtl ? -middle : middle, (current.scrollHeight - current.clientHeight) / 2)
  }, [isLarge])

  function step(by: number) {
    setAt((index) => (index + by + count) % count)
    setLarge(false)
  }

  function onKeyDown(event: KeyboardEvent) {
    const isForward = document.documentElement.dir === 'rtl' ? event.key === 'ArrowLeft' : event.key === 'ArrowRight'
    // A large picture is looked over with the arrows.
    if (isLarge || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return
    step(isForward ? 1 : -1)
  }

  return (
    <dialog
      {...modal}
      aria-label={t`Pictures`}
      onKeyDown={onKeyDown}
      className="modal h-dvh max-h-none w-screen max-w-none bg-paper"
    >
      <div className="flex h-full flex-col">
        <div className="flex items-center justify-end gap-1 p-2">
          <p role="status" className="me-auto ps-3 text-sm text-soft tabular-nums">
            {at + 1} / {count}
          </p>
          <Button
            tone="quiet"
            size="icon"
            aria-label={isLarge ? t`Smaller` : t`Larger`}
            onClick={() => setLarge(!isLarge)}
          >
            <Icon of={isLarge ? ZoomOut : ZoomIn} />
          </Button>
          {count > 1 && (
            <>
              <Button tone="quiet" size="icon" aria-label={t`Previous picture`} onClick={() => step(-1)}>
                <Icon of={ChevronLeft} mirrored />
              </Button>
              <Button tone="quiet" size="icon" aria-label={t`Next picture`} onClick={() => step(1)}>
                <Icon of={ChevronRight} mirrored />
              </Button>
            </>
          )}
          <Button tone="quiet" size="icon" aria-label={t`Close`} onClick={onClose}>
            <Icon of={X} />
          </Button>
        </div>
        <section
          ref={view}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by keyboard.
          tabIndex={0}
          aria-label={image?.alt || t`Picture ${at + 1}`}
          className="min-h-0 grow overflow-auto -outline-offset-2"
        >
          {image && (
            <Picture
              image={image}
              sizes={isLarge ? '200vw' : '100vw'}
              first
              className={isLarge ? 'h-[200%] w-[200%] max-w-none object-contain' : 'size-full object-contain'}
            />
          )}
        </section>
      </div>
    </dialog>
  )
}
