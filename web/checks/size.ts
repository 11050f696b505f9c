// Sums what each page loads at first sight, in Brotli bytes, against the limits; run it after the build.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { brotliCompressSync } from 'node:zlib'
import { partsOf } from '../storefront/src/lib/page-texts.ts'
import { addressOf } from './sources.ts'

interface Chunk {
  file: string
  isEntry?: boolean
  imports?: string[]
  css?: string[]
}
type Manifest = Record<string, Chunk>

const KB = 1000
/** KB of JavaScript, Brotli. A route that is not named has its app's limit. */
const LIMITS = {
  storefront: {
    any: 135,
    'routes/index': 120,
    'routes/c.$slug': 120,
    'routes/p.$slug': 120,
    'routes/search': 120,
    'routes/cart': 130,
    'routes/checkout': 150,
    'routes/login': 120,
  },
  admin: { any: 320, shell: 200 },
} as const
const CSS_LIMIT = 25
const FONT_LIMIT = 60

let failed = false

for (const [app, limits] of Object.entries(LIMITS)) {
  const manifest = JSON.parse(readFileSync(`${app}/dist/.vite/manifest.json`, 'utf8')) as Manifest
  const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry)
  if (!entry) throw new Error(`${app} has no entry`)
  const start = [entry, 'src/locales/en.po']
  const shell = app === 'admin' ? [...start, ...splits(manifest, 'src/routes/_staff.tsx')] : start

  row(app, 'shell', js(manifest, shell), limitOf(limits, 'shell'))
  for (const route of routes(manifest)) {
    const page = [...splits(manifest, `src/${route}.tsx`), ...(app === 'storefront' ? texts(manifest, route) : [])]
    row(app, route, js(manifest, [...shell, ...page]), limitOf(limits, route))
  }
  row(app, 'CSS', sum(app, css(manifest)), CSS_LIMIT)
  const fonts = Object.values(manifest).filter(({ file }) => /latin-wght.*\.woff2$/.test(file))
  row(app, 'font', Math.max(...fonts.map(({ file }) => statSync(`${app}/dist/${file}`).size)), FONT_LIMIT)

  function js(of: Manifest, keys: string[]): number {
    return sum(app, closure(of, keys))
  }
}

process.exitCode = failed ? 1 : 0

/** All files that must be there before the given chunks can run. */
function closure(manifest: Manifest, keys: string[]): Set<string> {
  const files = new Set<string>()
  const seen = new Set<string>()
  const visit = (key: string) => {
    const chunk = manifest[key]
    if (!chunk || seen.has(key)) return
    seen.add(key)
    files.add(chunk.file)
    chunk.imports?.forEach(visit)
  }
  keys.forEach(visit)
  return files
}

function css(manifest: Manifest): Set<string> {
  return new Set(
    Object.values(manifest).flatMap((chunk) => [
      ...(chunk.css ?? []),
      ...(chunk.file.endsWith('.css') ? [chunk.file] : []),
    ]),
  )
}

/** The parts of a route that the router loads when it is needed. */
function splits(manifest: Manifest, route: string): string[] {
  return Object.keys(manifest).filter((key) => key.startsWith(`${route}?tsr-split=`) || key === route)
}

/** The parts of the catalogue that come with a page of the storefront. */
function texts(manifest: Manifest, route: string): string[] {
  return partsOf(addressOf(route)).map((part) => {
    const name = `virtual:${part}-messages/en.js`
    if (!manifest[name]) throw new Error(`The build has no ${name}.`)
    return name
  })
}

function routes(manifest: Manifest): string[] {
  const names = Object.keys(manifest).flatMap(
    (key) => /^src\/(routes\/.+)\.tsx\?tsr-split=component/.exec(key)?.[1] ?? [],
  )
  return [...new Set(names)].filter((name) => name !== 'routes/_staff').sort()
}

function limitOf(limits: Readonly<Record<string, number>>, name: string): number {
  return limits[name] ?? limits['any'] ?? 0
}

function sum(app: string, files: Set<string>): number {
  return [...files].reduce((total, file) => total + brotliSize(`${app}/dist/${file}`), 0)
}

function brotliSize(path: string): number {
  return existsSync(`${path}.br`) ? statSync(`${path}.br`).size : brotliCompressSync(readFileSync(path)).length
}

function row(app: string, name: string, bytes: number, limit: number): void {
  const isOver = bytes > limit * KB
  failed ||= isOver
  console.log(
    `${app.padEnd(11)}${name.padEnd(34)}${(bytes / KB).toFixed(1).padStart(7)} KB of ${limit} ${isOver ? 'TOO LARGE' : ''}`,
  )
}
