// Owns the reading of search parameters: whatever stands in a URL, a page gets what it expects or nothing.

/** The router reads `?q=42` as a number; here it is text again. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value || undefined
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

export function oneOf<T extends string>(allowed: readonly T[], value: unknown): T | undefined {
  return allowed.find((candidate) => candidate === value)
}

/** A path of the admin, so that nobody is sent to another site after signing in. */
export function localPath(value: unknown): string | undefined {
  return typeof value === 'string' && /^\/(?![/\\])/.test(value) ? value : undefined
}
