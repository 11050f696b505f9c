// Owns small panels that open beside their button. Only pages import it: Base UI is too large for the shell.
import { Popover } from '@base-ui/react/popover'
import { classes } from '@rialto/ui/classes.ts'
import type { ReactNode } from 'react'

interface PopoverPanelProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  /** What stands in the button that opens it. */
  trigger: ReactNode
  triggerLabel?: string
  triggerClassName: string
  className?: string
  children: ReactNode
}

export function PopoverPanel(props: PopoverPanelProps) {
  const { open, onOpenChange, title, trigger, triggerLabel, triggerClassName, className, children } = props
  return (
    <Popover.Root open={open} onOpenChange={onOpenChange}>
      <Popover.Trigger type="button" aria-label={triggerLabel} className={triggerClassName}>
        {trigger}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner align="start" sideOffset={6} collisionPadding={12} className="z-40">
          <Popover.Popup
            className={classes(
              'max-h-(--available-height) w-80 max-w-(--available-width) overflow-y-auto whitespace-normal',
              'rounded-card border border-line bg-card p-4 text-start text-ink shadow-over outline-none',
              className,
            )}
          >
            <Popover.Title className="mb-3 font-semibold">{title}</Popover.Title>
            {children}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
