// Owns how icons are shown. Pass the drawing, imported by its name: `<Icon of={ShoppingBag} />`.
import type { LucideIcon } from 'lucide-react'
import { classes } from './classes.ts'

interface IconProps {
  of: LucideIcon
  /** Pixels. */
  size?: number
  /** For icons that point to the start or the end of a line. */
  mirrored?: boolean
  className?: string
}

/** Always decoration: the words stand next to it, or in the `aria-label` of its button. */
export function Icon({ of: Drawing, size = 20, mirrored = false, className }: IconProps) {
  return (
    <Drawing
      size={size}
      strokeWidth={1.6}
      aria-hidden="true"
      focusable="false"
      className={classes('shrink-0', mirrored && 'mirrored', className)}
    />
  )
}
