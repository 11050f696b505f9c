// Owns the keys of the review queue: j and k move, a, r, e and x act on the review that has the focus.
import { type RefObject, useEffect, useRef } from 'react'

type Act = (id: string) => void

export function useReviewKeys(list: RefObject<HTMLElement | null>, actions: Readonly<Record<string, Act>>): void {
  const latest = useRef(actions)
  latest.current = actions
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (document.querySelector('dialog:modal')) return
      const cards = [...(list.current?.querySelectorAll<HTMLElement>('[data-review]') ?? [])]
      const at = cards.findIndex((card) => card.contains(document.activeElement))
      const id = cards[at]?.dataset['review']
      if (event.key === 'j') cards[Math.min(at + 1, cards.length - 1)]?.focus()
      else if (event.key === 'k') cards[Math.max(at - 1, 0)]?.focus()
      else if (id && latest.current[event.key]) latest.current[event.key]?.(id)
      else return
      event.preventDefault()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [list])
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input:not([type=checkbox]), textarea, select')
}
