// Owns the modal panel at the end of the screen: cart, menu, filters.
import { classes } from './classes.ts'
import { type DialogProps, Modal } from './dialog.tsx'

export function Drawer({ side = 'end', className, ...props }: DialogProps & { side?: 'start' | 'end' }) {
  return (
    <Modal
      {...props}
      className={classes(
        'h-dvh max-h-dvh min-h-dvh w-[min(27rem,90vw)] max-w-none',
        side === 'end'
          ? 'me-0 [--modal-from:2rem_0] rtl:[--modal-from:-2rem_0]'
          : 'ms-0 [--modal-from:-2rem_0] rtl:[--modal-from:2rem_0]',
        className,
      )}
    />
  )
}
