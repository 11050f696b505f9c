// Owns what is sent when nobody waits for the answer any more: the page may be gone before it is there.
import type { components } from './schema.d.ts'

export function sendVitals(vitals: components['schemas']['Vitals']): void {
  navigator.sendBeacon('/rum', JSON.stringify(vitals))
}
