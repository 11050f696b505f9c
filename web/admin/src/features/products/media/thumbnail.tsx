// Owns small pictures of products in lists, with a place for those that have none.
import { classes } from '@rialto/ui/classes.ts'
import { Icon } from '@rialto/ui/icon.tsx'
import { ImageOff } from 'lucide-react'

/** Decoration: the product's name stands beside it. */
export function Thumbnail({ url, className = 'size-11' }: { url: string | undefined; className?: string }) {
  const look = classes('shrink-0 rounded-control border border-line bg-sunken object-cover', className)
  if (!url) {
    return (
      <span className={`grid place-items-center text-soft ${look}`}>
        <Icon of={ImageOff} size={16} />
      </span>
    )
  }
  return <img src={url} alt="" loading="lazy" decoding="async" className={look} />
}
