// Owns the country this visitor wants things brought to: chosen, else the likely one. A cookie carries the choice.
import { useSyncExternalStore } from 'react'
import { likelyCountry } from './likely-country.ts'

const YEAR_SECS = 31_536_000
const listeners = new Set<() => void>()

export function readCountry(): string {
  return /(?:^|; )country=([A-Z]{2})(?:;|$)/.exec(document.cookie)?.[1] ?? likelyCountry()
}

export function chooseCountry(code: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet.
  document.cookie = `country=${code}; Path=/; Max-Age=${YEAR_SECS}; SameSite=Lax`
  for (const changed of listeners) changed()
}

export function useCountry(): string {
  return useSyncExternalStore(subscribe, readCountry, likelyCountry)
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed)
  return () => listeners.delete(changed)
}
