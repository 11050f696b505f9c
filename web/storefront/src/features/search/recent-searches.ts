// Owns what this browser searched for last: kept here only, newest first, and forgotten on request.
import { useSyncExternalStore } from 'react'

const KEY = 'rialto.searches'
const KEPT = 6
const NONE: readonly string[] = []

let known: readonly string[] | undefined
const listeners = new Set<() => void>()

export function useRecentSearches(): readonly string[] {
  return useSyncExternalStore(subscribe, read, () => NONE)
}

export function rememberSearch(text: string): void {
  write([text, ...read().filter((other) => other.toLowerCase() !== text.toLowerCase())].slice(0, KEPT))
}

export function forgetSearch(text: string): void {
  write(read().filter((other) => other !== text))
}

export function forgetAllSearches(): void {
  write(NONE)
}

function read(): readonly string[] {
  known ??= stored()
  return known
}

function stored(): readonly string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string').slice(0, KEPT) : NONE
  } catch {
    return NONE
  }
}

function write(searches: readonly string[]): void {
  known = searches
  try {
    localStorage.setItem(KEY, JSON.stringify(searches))
  } catch {
    // Storage may be full or forbidden; this page remembers nevertheless.
  }
  for (const changed of listeners) changed()
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed)
  return () => listeners.delete(changed)
}
