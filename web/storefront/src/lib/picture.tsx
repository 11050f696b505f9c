// Owns pictures of products: the right size for the screen, without a shift when they arrive.
import type { components } from '@rialto/api/schema.d.ts'

interface PictureProps {
  image: components['schemas']['Image']
  /** How wide it is shown, in the words of the `sizes` attribute. */
  sizes: string
  /** The picture that makes the first impression: loaded first and at once. */
  first?: boolean
  /** Empty where the text next to it says the same. */
  alt?: string
  className?: string
}

export function Picture({ image, sizes, first = false, alt = image.alt, className }: PictureProps) {
  const sources = (image.sizes ?? []).map((size) => `${size.url} ${size.width}w`)
  if (image.width) sources.push(`${image.url} ${image.width}w`)
  return (
    <img
      src={image.sizes?.at(-1)?.url ?? image.url}
      srcSet={sources.length > 0 ? sources.join(', ') : undefined}
      sizes={sizes}
      width={image.width ?? undefined}
      height={image.height ?? undefined}
      alt={alt}
      loading={first ? 'eager' : 'lazy'}
      fetchPriority={first ? 'high' : 'auto'}
      decoding="async"
      className={className}
    />
  )
}
