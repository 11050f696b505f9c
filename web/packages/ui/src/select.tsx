// Owns the choice of one of many: the browser's own control, which works everywhere.
import { ChevronDown } from 'lucide-react'
import type { Ref, SelectHTMLAttributes } from 'react'
import { classes } from './classes.ts'
import { Icon } from './icon.tsx'
import { CONTROL } from './input.tsx'

interface SelectProps extends SelectHTMLAttributes<HTMLSelectElement> {
  ref?: Ref<HTMLSelectElement>
}

export function Select({ className, children, ...rest }: SelectProps) {
  return (
    <span className="relative grid">
      <select {...rest} className={classes(CONTROL, 'min-h-11 appearance-none pe-10', className)}>
        {children}
      </select>
      <Icon
        of={ChevronDown}
        size={18}
        className="pointer-events-none absolute end-3 top-1/2 -translate-y-1/2 text-soft"
      />
    </span>
  )
}
