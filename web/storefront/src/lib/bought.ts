// Owns which order this browser has just placed: a checkout in another tab leads to it in place of selling twice, and its
// page says thanks.
const KEY = 'rialto.bought'
const REMEMBERED_MS = 30 * 60_000

export interface Bought {
  id: string
  /** A guest's proof that the order is theirs. */
  token?: string | undefined
}

export function rememberBought({ id, token }: Bought): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ id, token, at: Date.now() }))
  } catch {
    // Storage is switched off: the address of the page still leads to the order.
  }
}

export function readBought(): Bought | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as (Bought & { at: number }) | null
    return kept && Date.now() - kept.at < REMEMBERED_MS ? { id: kept.id, token: kept.token } : undefined
  } catch {
    return undefined
  }
}
