// Checks that no page says a text of a part that did not come with it: it would show as the text's number.
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { MESSAGE_PARTS } from '../storefront/message-parts.ts'
import { partsOf } from '../storefront/src/lib/page-texts.ts'
import { addressOf, sources } from './sources.ts'

const { first, ...named } = MESSAGE_PARTS
const texts = new Map(sources().map(({ path, text }) => [path, text.replaceAll(/^import type .+$/gm, '')]))
const routes = [...texts.keys()].filter((path) => /^storefront\/src\/routes\/(?!__root)/.test(path))

test('every page brings the texts that it says', () => {
  const missed = routes.flatMap((route) => {
    const parts = partsOf(addressOf(route.replace('storefront/src/', '').replace('.tsx', '')))
    const files = [route, 'storefront/src/router.tsx', 'storefront/src/routes/__root.tsx']
    return missing(files, parts).map((file) => `${route} comes without the texts of ${file}`)
  })
  expect(missed).toEqual([])
})

/** The files that say texts beyond the given parts, among those that the given ones reach. */
function missing(from: readonly string[], parts: readonly string[]): string[] {
  const seen = new Set<string>()
  const found = new Set<string>()
  const visit = (path: string, comesWith: readonly string[]) => {
    const text = texts.get(path)
    const step = `${path} ${comesWith.join()}`
    if (text === undefined || seen.has(step)) return
    seen.add(step)
    if (text.includes("/macro'") && !isSaid(path, comesWith)) found.add(path)
    const late = /lazy-part\.ts|ensureMessages\('late'\)/.test(text) ? [...comesWith, 'late'] : comesWith
    for (const [, isDynamic, target = ''] of text.matchAll(/(?:from|import(\())\s*'([^']+)'/g)) {
      visit(resolved(target, path), isDynamic ? late : comesWith)
    }
  }
  for (const path of from) visit(path, parts)
  return [...found]
}

function isSaid(path: string, parts: readonly string[]): boolean {
  // As the catalogues name their sources.
  const file = path.startsWith('storefront/') ? path.replace('storefront/', '') : `../${path}`
  const isOther = !Object.values(named).some((pattern) => pattern.test(file))
  return first.test(file) || parts.some((part) => named[part]?.test(file) ?? isOther)
}

function resolved(target: string, from: string): string {
  if (target.startsWith('.')) return join(dirname(from), target)
  return target.replace(/^#/, 'storefront/src/').replace(/^@rialto\/(\w+)\//, 'packages/$1/src/')
}
