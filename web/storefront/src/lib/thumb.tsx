// Owns the small picture of a line: in the cart, at the checkout, in orders. The words stand beside it.
interface ThumbProps {
  src: string | null | undefined
  /** Pixels of its side. */
  size?: number
  className?: string
}

export function Thumb({ src, size = 80, className = '' }: ThumbProps) {
  const shape = `aspect-square shrink-0 rounded-control bg-sunken object-cover ${className}`
  if (!src) return <span aria-hidden="true" className={shape} style={{ inlineSize: size }} />
  return <img src={src} alt="" width={size} height={size} loading="lazy" decoding="async" className={shape} />
}
