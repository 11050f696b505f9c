// Owns the tie between a native <dialog> and a state that says whether it is open.
import { type MouseEvent, useEffect, useLayoutEffect, useRef } from 'react'

export function useModal(open: boolean, onClose: () => void) {
  const ref = useRef<HTMLDialogElement>(null)
  const opener = useRef<Element>(null)
  useEffect(() => {
    const dialog = ref.current
    if (!dialog) return
    if (open && !dialog.open) {
      opener.current = document.activeElement
      dialog.showModal()
      // React's `autoFocus` comes too early, when what is inside cannot be seen yet.
      dialog.querySelector<HTMLElement>('[data-autofocus]')?.focus()
    }
    if (!open && dialog.open) dialog.close()
  }, [open])
  // The browser gives the focus back when a dialog closes, but not when it is taken out of the page while it is open.
  useLayoutEffect(() => {
    const dialog = ref.current
    return () =>
      queueMicrotask(() => {
        if (dialog?.open && !dialog.isConnected && opener.current instanceof HTMLElement) opener.current.focus()
      })
  }, [])
  return {
    ref,
    onClose,
    /** A press on the backdrop hits the dialog itself; whatever is inside covers it. */
    onClick: (event: MouseEvent) => {
      if (event.target === ref.current) onClose()
    },
  }
}
