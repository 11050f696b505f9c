// Owns the idempotency keys of a dialog: the same request repeated counts once, a changed one is asked anew.
import { newIdempotencyKey } from '@rialto/api/client.ts'
import { useCallback, useRef } from 'react'

export function useIntention(): (request: unknown) => string {
  const keys = useRef(new Map<string, string>())
  return useCallback((request) => {
    const text = JSON.stringify(request)
    const key = keys.current.get(text) ?? newIdempotencyKey()
    keys.current.set(text, key)
    return key
  }, [])
}
