// Owns the start of the worker that answers without a network, once the page has nothing better to do.
const AFTER_MS = 2_000

export function prepareForOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  // Whoever forbids it has a shop without it.
  setTimeout(() => navigator.serviceWorker.register('/sw.js').catch(() => undefined), AFTER_MS)
}
