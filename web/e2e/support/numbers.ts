// Owns measuring a first load: bytes on the network, shifts, the largest picture or text and what came before it.
import type { Page, TestInfo } from '@playwright/test'

export const NUMBERS = 'numbers'

/** What was measured on a page, with its limit; true and false are yes and no. */
export type Numbers = Readonly<Record<string, { is: number | boolean; limit: number | true }>>

export interface FirstLoad {
  /** Kilobytes as they travelled. */
  js: number
  css: number
  fonts: number
  html: number
  shift: number
  /** Up to the request for the largest picture, with it and the document; where words are the largest, up to their sight. */
  requestsBeforeLargest: number
  /** Whether the largest picture or text stood in the HTML that the server sent. */
  isLargestFromServer: boolean
  /** For whoever has to find out why a limit is broken. */
  story: string
}

interface Largest {
  at: number
  url: string
  text: string
}

interface Vitals {
  shift: number
  largest: Largest | undefined
}

interface Loaded {
  kind: string
  name: string
  bytes: number
}

/** Loads a page as a browser does that was never here. */
export async function firstLoad(page: Page, path: string): Promise<FirstLoad> {
  await page.addInitScript(observe)
  const loading: Array<Promise<Loaded>> = []
  page.on('requestfinished', (request) => {
    const { pathname } = new URL(request.url())
    // The worker for times without a network comes later, and is no part of the page.
    if (pathname === '/sw.js') return
    const kind = kindOf(pathname, request.resourceType())
    loading.push(request.sizes().then(({ responseBodySize: bytes }) => ({ kind, name: pathname, bytes })))
  })
  const response = await page.goto(path)
  const html = (await response?.text()) ?? ''
  await page.waitForLoadState('networkidle')

  const { shift, largest, before } = await page.evaluate(() => {
    const { shift, largest } = (window as unknown as { e2eVitals: Vitals }).e2eVitals
    const resources = performance.getEntriesByType('resource')
    // What is asked for after the largest picture stands behind it in the queue.
    const asked = resources.find(({ name }) => name === largest?.url)?.startTime ?? largest?.at ?? 0
    const before = resources.filter(({ startTime }) => startTime <= asked).map(({ name }) => name)
    return { shift, largest, before }
  })
  const loaded = await Promise.all(loading)
  const kilobytes = (kind: string) =>
    Math.round(loaded.reduce((sum, file) => sum + (file.kind === kind ? file.bytes : 0), 0) / 100) / 10
  return {
    js: kilobytes('script'),
    css: kilobytes('stylesheet'),
    fonts: kilobytes('font'),
    html: kilobytes('document'),
    shift: Math.round(shift * 10_000) / 10_000,
    requestsBeforeLargest: 1 + before.length,
    isLargestFromServer: await isIn(page, html, largest),
    story: [
      `largest: ${largest?.url || largest?.text.trim().slice(0, 60)} after ${Math.round(largest?.at ?? 0)} ms`,
      `before it: ${before.map((url) => new URL(url).pathname).join(' ')}`,
      ...loaded.filter(({ kind }) => kind === 'script').map(({ name, bytes }) => `${bytes} ${name}`),
    ].join('\n'),
  }
}

/** Notes numbers for the table, and answers those that break their limit. */
export function broken(info: TestInfo, page: string, numbers: Numbers): string[] {
  info.annotations.push({ type: NUMBERS, description: JSON.stringify({ page, numbers }) })
  return Object.entries(numbers).flatMap(([what, number]) => (holds(number) ? [] : [`${what}: ${number.is}`]))
}

export function holds({ is, limit }: Numbers[string]): boolean {
  return typeof is === 'number' && typeof limit === 'number' ? is <= limit : is === limit
}

/** Runs in the page. */
function observe(): void {
  const vitals: Vitals = { shift: 0, largest: undefined }
  Object.assign(window, { e2eVitals: vitals })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean }
      if (!hadRecentInput) vitals.shift += value
    }
  }).observe({ type: 'layout-shift', buffered: true })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { startTime, url, element } = entry as PerformanceEntry & { url: string; element: Element | null }
      vitals.largest = { at: startTime, url, text: element?.textContent ?? '' }
    }
  }).observe({ type: 'largest-contentful-paint', buffered: true })
}

/** Preloaded modules and fonts are what they are, whoever asked for them. */
function kindOf(path: string, type: string): string {
  if (path.endsWith('.js')) return 'script'
  if (path.endsWith('.css')) return 'stylesheet'
  return path.endsWith('.woff2') ? 'font' : type
}

/** An element that was replaced when the page took over has no text any more: only the server's are replaced. */
async function isIn(page: Page, html: string, largest: Largest | undefined): Promise<boolean> {
  if (!largest) return false
  return page.evaluate(
    ([source, { url, text }]) => {
      const sent = new DOMParser().parseFromString(source, 'text/html').body
      if (!url) return text ? (sent.textContent ?? '').includes(text.trim()) : sent.querySelector('#root > *') !== null
      const path = new URL(url).pathname
      return [...sent.querySelectorAll('img')].some((image) => `${image.src} ${image.srcset}`.includes(path))
    },
    [html, largest] as const,
  )
}
