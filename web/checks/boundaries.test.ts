// The layers hold: routes and shell → features → lib → packages; a feature knows nothing of another.
import { dirname, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { type Source, sources } from './sources.ts'

const all = sources()
const code = all.filter(({ path }) => !path.includes('.test.'))

/** What stands in the way, as `file: what it does`. */
function offences(files: readonly Source[], find: (source: Source) => string | undefined): string[] {
  return files.flatMap((source) => {
    const offence = find(source)
    return offence ? [`${source.path}: ${offence}`] : []
  })
}

/** Where an import leads inside of its app: `features/cart/api.ts`. */
function target(source: Source, specifier: string): string {
  if (specifier.startsWith('#')) return specifier.slice(1)
  if (!specifier.startsWith('.')) return specifier
  const here = source.path.replace(/^.*?\/src\//, '')
  return normalize(`${dirname(here)}/${specifier}`)
}

function layer(path: string): string | undefined {
  return /^(?:storefront|admin)\/src\/(\w+)\//.exec(path)?.[1]
}

test('a feature imports no other feature, no shell and no route', () => {
  const features = code.filter(({ path }) => layer(path) === 'features')
  const found = offences(features, (source) => {
    const own = /features\/[^/]+\//.exec(source.path)?.[0] ?? ''
    return source.imports.find((specifier) => {
      const to = target(source, specifier)
      return (to.startsWith('features/') && !to.startsWith(own)) || /^(shell|routes)\//.test(to)
    })
  })
  expect(found).toEqual([])
})

test('lib knows nothing of features, shell and routes', () => {
  const lib = code.filter(({ path }) => layer(path) === 'lib')
  const found = offences(lib, (source) =>
    source.imports.find((specifier) => /^(features|shell|routes)\//.test(target(source, specifier))),
  )
  expect(found).toEqual([])
})

test('only packages/api calls fetch', () => {
  const others = code.filter(({ path }) => !path.startsWith('packages/api/'))
  expect(offences(others, ({ text }) => /(?<![\w.])fetch\(|XMLHttpRequest|sendBeacon/.exec(text)?.[0])).toEqual([])
})

test('a storefront page loads no component library, form library or whole zod at first sight', () => {
  const storefront = code.filter(({ path }) => path.startsWith('storefront/') && layer(path) !== 'features')
  const found = offences(storefront, ({ imports }) =>
    imports.find((specifier) => /^(@base-ui|react-hook-form|@hookform|zod)/.test(specifier)),
  )
  expect(found).toEqual([])
})

test('nothing points to the left or to the right: rtl:, ms-, pe-, start-, text-start instead of ml-, pr-, left-', () => {
  const physical =
    /(?<=["'`\s:])-?(?:m[lr]|p[lr]|left|right|border-[lr]|rounded-[lrtb][lr]?|text-left|text-right)-?(?:\[|\d|auto|px|full)[\w.[\]/]*/
  const words = /(?<=["'`\s:])(?:text-left|text-right|float-left|float-right|border-l|border-r)(?=["'`\s])/
  const found = offences(
    code.filter(({ path }) => path.endsWith('.tsx')),
    ({ text }) => physical.exec(text)?.[0] ?? words.exec(text)?.[0],
  )
  expect(found).toEqual([])
})

test('every file says first what it owns', () => {
  expect(offences(all, ({ text }) => (/^\/\/ [A-Z]/.test(text) ? undefined : 'has no first line of comment'))).toEqual(
    [],
  )
})

test('files stay small enough to read', () => {
  const found = offences(code, ({ text }) => {
    const lines = text.split('\n').length
    return lines > 300 ? `${lines} lines` : undefined
  })
  expect(found).toEqual([])
})
