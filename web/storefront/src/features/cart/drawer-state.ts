// Owns whether the cart's drawer is open, and for which line: the product page opens it, the shell shows it.
import { useSyncExternalStore } from 'react'

/** The SKU that was added last while the drawer is open; undefined when it is closed. */
let added: string | undefined
const listeners = new Set<() => void>()

export function openCartDrawer(sku: string): void {
  set(sku)
}

export function closeCartDrawer(): void {
  set(undefined)
}

export function useCartDrawer(): string | undefined {
  return useSyncExternalStore(
    subscribe,
    () => added,
    () => undefined,
  )
}

function set(sku: string | undefined): void {
  added = sku
  for (const changed of listeners) changed()
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed)
  return () => listeners.delete(changed)
}
