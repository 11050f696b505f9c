// Owns that what a page says of the present stays true while it is open: it is drawn again as time passes.
import { useSyncExternalStore } from 'react'

const EVERY_MS = 10_000

let ticks = 0
let clock: ReturnType<typeof setInterval> | undefined
const listeners = new Set<() => void>()

/** Draws the component again every ten seconds. */
export function useClock(): void {
  useSyncExternalStore(subscribe, () => ticks)
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed)
  clock ??= setInterval(tick, EVERY_MS)
  return () => {
    listeners.delete(changed)
    if (listeners.size > 0) return
    clearInterval(clock)
    clock = undefined
  }
}

function tick(): void {
  ticks += 1
  for (const changed of listeners) changed()
}
