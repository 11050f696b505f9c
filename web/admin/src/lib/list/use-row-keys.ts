// Owns the keys of a list: j and k move between the rows' links, x chooses a row; Enter follows the link by itself.
import { type RefObject, useEffect } from 'react'

export function useRowKeys(body: RefObject<HTMLTableSectionElement | null>): void {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (!['j', 'k', 'x'].includes(event.key) || document.querySelector('dialog:modal')) return
      const rows = [...(body.current?.rows ?? [])]
      const current = rows.findIndex((row) => row.contains(document.activeElement))
      if (event.key === 'x') {
        rows[current]?.querySelector<HTMLElement>('input[type=checkbox]')?.click()
      } else {
        const next = event.key === 'j' ? Math.min(current + 1, rows.length - 1) : Math.max(current - 1, 0)
        rows[next]?.querySelector<HTMLElement>('a[href]')?.focus()
      }
      event.preventDefault()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [body])
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.matches('input:not([type=checkbox]), textarea, select, [contenteditable]')
  )
}
