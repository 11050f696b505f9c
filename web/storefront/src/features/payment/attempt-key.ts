// Owns the key of an attempt to pay: made when the payment opens, shared by double clicks and reloads, new after an answer.
import { newIdempotencyKey } from '@rialto/api/client.ts'

const KEY = 'rialto.attempt'
/** Where storage is switched off, a reload is another attempt; the shop still charges an order once. */
let unkept: string | undefined

export function attemptKey(): string {
  const kept = read() ?? unkept ?? newIdempotencyKey()
  unkept = kept
  try {
    sessionStorage.setItem(KEY, kept)
  } catch {
    // See above.
  }
  return kept
}

export function endAttempt(): void {
  unkept = undefined
  try {
    sessionStorage.removeItem(KEY)
  } catch {
    // See above.
  }
}

function read(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined
  } catch {
    return undefined
  }
}
