// Owns the pictures of a product: a row to swipe through, thumbnails on every screen, and a closer look.
import { useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { ZoomIn } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { Picture } from '#lib/picture.tsx'
import type { Image } from './api.ts'

const Zoom = lazy(() => import('./gallery-zoom.tsx').then((file) => ({ default: file.GalleryZoom })))

interface GalleryProps {
  images: readonly Image[]
  /** The picture of what was chosen. */
  shown: string | null | undefined
}

export function Gallery({ images, shown }: GalleryProps) {
  const { t } = useLingui()
  const row = useRef<HTMLUListElement>(null)
  const [at, setAt] = useState(0)
  const [zoomed, setZoomed] = useState<number>()

  function show(index: number) {
    const item = row.current?.children[index]
    const first = row.current?.children[0]
    if (!(item instanceof HTMLElement && first instanceof HTMLElement)) return
    row.current?.scrollTo({ left: item.offsetLeft - first.offsetLeft, behavior: 'smooth' })
  }

  const chosen = shown
    ? images.findIndex(({ url, sizes }) => url === shown || sizes?.some((size) => size.url === shown))
    : -1
  // biome-ignore lint/correctness/useExhaustiveDependencies: `show` only reads the page.
  useEffect(() => {
    if (chosen >= 0) show(chosen)
  }, [chosen])

  if (images.length === 0) return <div className="aspect-square rounded-card bg-sunken" />
  return (
    <div className="grid min-w-0 content-start gap-3">
      <div className="relative">
        <ul
          ref={row}
          onScroll={(event) => {
            const { scrollLeft, clientWidth } = event.currentTarget
            // Negative where people read the other way.
            setAt(Math.round(Math.abs(scrollLeft) / clientWidth))
          }}
          className="flex snap-x snap-mandatory overflow-x-auto rounded-card bg-sunken [scrollbar-width:none]"
        >
          {images.map((image, index) => (
            <li key={image.url} className="w-full shrink-0 snap-center">
              <button
                type="button"
                aria-label={t`Look closer: ${image.alt}`}
                onClick={() => setZoomed(index)}
                className="block aspect-square w-full cursor-zoom-in -outline-offset-2"
              >
                <Picture
                  image={image}
                  alt=""
                  first={index === 0}
                  sizes="(min-width: 64rem) 46rem, (min-width: 48rem) 55vw, 100vw"
                  className="size-full object-cover"
                />
              </button>
            </li>
          ))}
        </ul>
        <span className="pointer-events-none absolute end-3 bottom-3 grid size-10 place-items-center rounded-full bg-card text-ink">
          <Icon of={ZoomIn} size={18} />
        </span>
      </div>
      {images.length > 1 && (
        <ul aria-label={t`Pictures`} className="flex flex-wrap gap-2">
          {images.map((image, index) => (
            <li key={image.url}>
              <button
                type="button"
                aria-label={image.alt || t`Picture ${index + 1}`}
                aria-current={index === at ? 'true' : undefined}
                onClick={() => show(index)}
                className="block size-16 overflow-hidden rounded-control border-2 border-transparent bg-sunken aria-[current]:border-ink sm:size-20"
              >
                <Picture image={image} alt="" sizes="5rem" className="size-full object-cover" />
              </button>
            </li>
          ))}
        </ul>
      )}
      {zoomed !== undefined && (
        <Suspense>
          <Zoom images={images} start={zoomed} onClose={() => setZoomed(undefined)} />
        </Suspense>
      )}
    </div>
  )
}
