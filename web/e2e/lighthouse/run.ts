// Owns the table of Lighthouse: a phone's first visit to the shop's pages, the median of several runs, against the limits.
// Lighthouse has dependencies of its own, so that nobody who builds the pages waits for them: see `npm run lighthouse`.
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Shop } from '../support/shop.ts'
import { freePort, startShop } from '../support/start-shop.ts'

interface Report {
  categories: Record<string, { score: number | null; auditRefs: Array<{ id: string; weight: number }> }>
  audits: Record<string, { score: number | null; title: string; displayValue?: string; numericValue?: number }>
  environment: { benchmarkIndex: number }
}

interface Target {
  path: string
  performance: number
  /** Search engines are told to stay away from the others. */
  isForSearch: boolean
}

const RUNS = Number(process.env['RIALTO_LIGHTHOUSE_RUNS'] ?? 5)
/** Runs for one report at most. */
const TRIES = 3
/** A slower machine says nothing about the pages. */
const BENCHMARK_MIN = 1000
const WHOLE = ['accessibility', 'best-practices', 'seo']
/** What costs the pages points that search engines are told to stay away from. */
const NOT_FOR_SEARCH = 'is-crawlable'
const CHROME_FLAGS = '--headless=new --no-sandbox --disable-gpu --disable-background-networking'
const LIGHTHOUSE = resolve(import.meta.dirname, 'node_modules/lighthouse/cli/index.js')
const READY_MS = 60_000
const OUTPUT_MAX_BYTES = 64 * 1024 * 1024

const run = promisify(execFile)
const given = process.env['RIALTO_E2E_URL']
const port = await freePort()
const url = given ?? `http://localhost:${port}`
const started = given ? undefined : await startShop({ port, log: resolve(import.meta.dirname, '../shop.log') })
let failed = false

try {
  await ready()
  await measure()
} finally {
  await started?.stop()
}
process.exitCode = failed ? 1 : 0

async function ready(): Promise<void> {
  const until = Date.now() + READY_MS
  while (Date.now() < until) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    if (answer?.ok) return
    await setTimeout(200)
  }
  throw new Error('The shop was not ready in time: see e2e/shop.log.')
}

async function measure(): Promise<void> {
  const { data } = await new Shop(url).guest.GET('/products', { params: { query: { limit: 1, in_stock: true } } })
  const product = data?.items[0]
  const sku = product?.variants[0]?.sku
  if (!product || !sku) throw new Error('The shop has nothing to show.')
  const targets: Target[] = [
    { path: '/', performance: 90, isForSearch: true },
    { path: '/c/kitchen', performance: 90, isForSearch: true },
    { path: `/p/${product.slug}`, performance: 90, isForSearch: true },
    { path: '/cart', performance: 85, isForSearch: false },
    { path: '/checkout', performance: 85, isForSearch: false },
  ]
  const cookie = await filledCart(sku)

  console.log(`Lighthouse on a phone, the median of ${RUNS} runs (limits in brackets, ! breaks one):`)
  console.log(line(['', 'perf', 'a11y', 'best', 'seo', 'LCP ms', 'TBT ms', 'CLS', 'machine']))
  for (const target of targets) {
    const reports: Report[] = []
    for (let count = 0; count < RUNS; count += 1) reports.push(await visit(target.path, cookie))
    tell(target, reports)
  }
}

/** What a browser sends that has something in its cart. */
async function filledCart(sku: string): Promise<string> {
  const answer = await fetch(`${url}/cart/items`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sku, quantity: 1 }),
  })
  if (!answer.ok) throw new Error(`The cart was not filled: ${answer.status}.`)
  return answer.headers
    .getSetCookie()
    .map((set) => set.split(';')[0])
    .join('; ')
}

/** Now and then Lighthouse loses its own recording, and asks for another run. */
async function visit(path: string, cookie: string): Promise<Report> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await visitOnce(path, cookie)
    } catch (error) {
      const story = String((error as { stderr?: string }).stderr ?? error)
      if (attempt === TRIES || !story.includes('Please run Lighthouse again')) throw new Error(`${path}: ${story}`)
    }
  }
}

async function visitOnce(path: string, cookie: string): Promise<Report> {
  const headers = JSON.stringify({ Cookie: cookie })
  const how = ['--quiet', '--output=json', `--chrome-flags=${CHROME_FLAGS}`, `--extra-headers=${headers}`]
  const { stdout } = await run(process.execPath, [LIGHTHOUSE, `${url}${path}`, ...how], {
    env: { ...process.env, CHROME_PATH: process.env['CHROME_PATH'] ?? '/usr/bin/chromium' },
    maxBuffer: OUTPUT_MAX_BYTES,
  })
  return JSON.parse(stdout) as Report
}

function tell({ path, performance, isForSearch }: Target, reports: Report[]): void {
  const points = (category: string) => median(reports.map(({ categories }) => (categories[category]?.score ?? 0) * 100))
  const number = (audit: string) => median(reports.map(({ audits }) => audits[audit]?.numericValue ?? 0))
  const machine = median(reports.map(({ environment }) => environment.benchmarkIndex))
  const isSlow = points('performance') < performance
  const found = new Map(WHOLE.map((category) => [category, faultsOf(reports, category)]))
  const isMeant = (id: string) => !isForSearch && id === NOT_FOR_SEARCH
  // Those that search engines are told to stay away from cannot have all points for SEO; their faults are told all the same.
  const lacking = WHOLE.filter((category) => points(category) < 100 && (isForSearch || category !== 'seo'))
  failed ||= lacking.length > 0 || (isSlow && machine >= BENCHMARK_MIN)
  console.log(
    line([
      path,
      `${points('performance')} (${performance})${isSlow ? ' !' : ''}`,
      ...WHOLE.map((category) => `${points(category)}${lacking.includes(category) ? ' !' : ''}`),
      `${Math.round(number('largest-contentful-paint'))}`,
      `${Math.round(number('total-blocking-time'))}`,
      number('cumulative-layout-shift').toFixed(3),
      `${Math.round(machine)}`,
    ]),
  )
  if (isSlow && machine < BENCHMARK_MIN)
    console.log('  This machine is too slow or too busy for a verdict on performance.')
  for (const [category, faults] of found) {
    for (const [id, title] of faults) {
      console.log(`  ${category}: ${id} (${title})${isMeant(id) ? ', as it is meant to be' : ''}`)
    }
  }
}

/** The audits of a category that failed in any run, and their titles. */
function faultsOf(reports: Report[], category: string): Map<string, string> {
  const faults = reports.flatMap(({ categories, audits }) => {
    const refs = categories[category]?.auditRefs.filter(({ id, weight }) => weight > 0 && audits[id]?.score === 0) ?? []
    return refs.map(({ id }): [string, string] => [id, audits[id]?.title ?? ''])
  })
  return new Map(faults)
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function line([name = '', ...cells]: string[]): string {
  return `  ${name.padEnd(34)}${cells.map((cell) => cell.padEnd(9)).join(' ')}`.trimEnd()
}
