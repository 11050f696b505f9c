// Owns what can be done on the page that is shown, so that the palette can offer it.
import { useEffect, useSyncExternalStore } from 'react'

export interface PageAction {
  label: string
  run: () => void
}

let actions: readonly PageAction[] = []
const listeners = new Set<() => void>()

function set(next: readonly PageAction[]): void {
  actions = next
  for (const changed of listeners) changed()
}

/** Offers the actions while the page is shown. */
export function usePageActions(offered: readonly PageAction[]): void {
  const labels = offered.map(({ label }) => label).join('\n')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same labels are the same actions.
  useEffect(() => {
    set(offered)
    return () => set([])
  }, [labels])
}

export function useOfferedActions(): readonly PageAction[] {
  return useSyncExternalStore(subscribe, () => actions)
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed)
  return () => listeners.delete(changed)
}
