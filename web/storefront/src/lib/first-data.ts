// Owns what came with the document: the status the server answered with, and the answers that it had already.
import type { QueryKey } from '@tanstack/react-query'

export interface FirstData {
  status?: number
  queries: ReadonlyArray<{ key: QueryKey; data: unknown }>
}

export function readFirstData(): FirstData {
  const text = document.getElementById('first-data')?.textContent
  return text ? (JSON.parse(text) as FirstData) : { queries: [] }
}
