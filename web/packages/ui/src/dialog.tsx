// Owns the modal question in the middle of the screen: the browser's <dialog>, which keeps focus, Escape and inertness.
import { useLingui } from '@lingui/react/macro'
import { X } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import { Button } from './button.tsx'
import { classes } from './classes.ts'
import { Icon } from './icon.tsx'
import { useModal } from './use-modal.ts'

export interface DialogProps {
  open: boolean
  onClose: () => void
  title: ReactNode
  children: ReactNode
  /** Buttons at the end; the way on comes last. */
  actions?: ReactNode
  className?: string
}

export function Dialog({ className, ...props }: DialogProps) {
  return (
    <Modal {...props} className={classes('max-h-[85dvb] w-[min(34rem,calc(100vw-2rem))] rounded-card', className)} />
  )
}

/** What Dialog and Drawer share. Its content exists only while it is open. */
export function Modal({ open, onClose, title, children, actions, className }: DialogProps) {
  const { t } = useLingui()
  const titleId = useId()
  const modal = useModal(open, onClose)
  return (
    <dialog {...modal} aria-labelledby={titleId} className={classes('modal overflow-hidden', className)}>
      {open && (
        <div className="flex max-h-[inherit] min-h-[inherit] flex-col">
          <div className="flex items-center justify-between gap-4 border-line border-b ps-5 pe-2 py-2">
            <h2 id={titleId} className="text-lg">
              {title}
            </h2>
            <Button tone="quiet" size="icon" aria-label={t`Close`} onClick={onClose}>
              <Icon of={X} />
            </Button>
          </div>
          <div className="min-h-0 grow overflow-y-auto p-5">{children}</div>
          {actions && <div className="flex flex-wrap justify-end gap-3 border-line border-t p-4">{actions}</div>}
        </div>
      )}
    </dialog>
  )
}
