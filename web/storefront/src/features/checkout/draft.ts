// Owns what was typed at the checkout and not sent yet: kept in this tab, so that a reload loses nothing.
const KEY = 'rialto.checkout'

export type Draft = Readonly<Record<string, string>>

export function readDraft(): Draft {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Draft
  } catch {
    return {}
  }
}

export function keepDraft(form: HTMLFormElement): void {
  const typed = [...new FormData(form)].filter(([, value]) => typeof value === 'string')
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ...readDraft(), ...Object.fromEntries(typed) }))
  } catch {
    // Storage is switched off: the cart still keeps each section that was sent.
  }
}

export function forgetDraft(): void {
  try {
    sessionStorage.removeItem(KEY)
  } catch {
    // As above.
  }
}
