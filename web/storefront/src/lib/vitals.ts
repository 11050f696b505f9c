// Owns what the browser can tell of how fast this page was for its person: sent once, when the page is left.
import { sendVitals } from '@rialto/api/beacon.ts'
import type { components } from '@rialto/api/schema.d.ts'

type Vitals = components['schemas']['Vitals']

interface LayoutShift extends PerformanceEntry {
  value: number
  hadRecentInput: boolean
}

interface EventTiming extends PerformanceEntry {
  interactionId?: number
}

/** Shifts belong together that follow each other within a second, for five at most. */
const SHIFT_GAP_MS = 1000
const SHIFT_SPAN_MS = 5000

export function reportVitals(pathname = location.pathname): void {
  const told: Vitals = { page: kindOf(pathname) }
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  if (navigation) told.ttfb_ms = navigation.responseStart
  observe('largest-contentful-paint', (entry) => {
    told.lcp_ms = entry.startTime
  })
  const shifts = { from: 0, last: 0, sum: 0 }
  told.cls = 0
  observe('layout-shift', (entry) => {
    const { value, hadRecentInput, startTime } = entry as LayoutShift
    if (hadRecentInput) return
    const isNew = startTime - shifts.last > SHIFT_GAP_MS || startTime - shifts.from > SHIFT_SPAN_MS
    Object.assign(shifts, isNew ? { from: startTime, sum: value } : { sum: shifts.sum + value }, { last: startTime })
    told.cls = Math.max(told.cls ?? 0, shifts.sum)
  })
  observe('event', (entry) => {
    if ((entry as EventTiming).interactionId) told.inp_ms = Math.max(told.inp_ms ?? 0, entry.duration)
  })
  addEventListener('visibilitychange', send)

  function send() {
    if (document.visibilityState !== 'hidden') return
    removeEventListener('visibilitychange', send)
    sendVitals(told)
  }
}

function observe(type: string, take: (entry: PerformanceEntry) => void): void {
  // A browser that does not know a type is one that says nothing of it.
  if (!PerformanceObserver.supportedEntryTypes.includes(type)) return
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) take(entry)
  }).observe({ type, buffered: true })
}

/** The page that was gone to first: what follows in the same document is not measured. */
export function kindOf(pathname: string): Vitals['page'] {
  const path = pathname.replace(/^\/(de|ar)(?=\/|$)/, '') || '/'
  if (path === '/') return 'home'
  if (path.startsWith('/c/') || path === '/search') return 'list'
  if (path.startsWith('/p/')) return 'product'
  if (path === '/cart') return 'cart'
  return path.startsWith('/checkout') ? 'checkout' : 'other'
}
