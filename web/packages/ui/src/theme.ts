// Owns the choice between light and dark. A cookie carries it, so that the server can write it into the page.
import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'light' | 'dark'

const COOKIE = 'theme'
const YEAR_SECS = 31_536_000
const listeners = new Set<() => void>()

export function readTheme(): Theme {
  const value = /(?:^|; )theme=(light|dark)/.exec(document.cookie)?.[1]
  return value === 'light' || value === 'dark' ? value : 'system'
}

/** Puts the remembered choice onto the page, where the server has not. */
export function applyTheme(theme: Theme = readTheme()): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

export function chooseTheme(theme: Theme): void {
  const age = theme === 'system' ? 0 : YEAR_SECS
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet.
  document.cookie = `${COOKIE}=${theme}; Path=/; Max-Age=${age}; SameSite=Lax`
  applyTheme(theme)
  for (const changed of listeners) changed()
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, readTheme, () => 'system')
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed)
  return () => listeners.delete(changed)
}
