// Owns the reading of the workspace's own source files, for the checks.
import { globSync, readFileSync } from 'node:fs'

export interface Source {
  /** From the root of the workspace: `storefront/src/features/cart/api.ts`. */
  path: string
  text: string
  /** What it imports, as written. */
  imports: string[]
}

const IMPORT = /(?:from|import)\s*\(?\s*'([^']+)'/g

export function sources(): Source[] {
  const paths = globSync(['{storefront,admin}/src/**/*.{ts,tsx}', 'packages/*/src/**/*.{ts,tsx}'])
  return paths
    .filter((path) => !/\.(gen|d)\.ts$/.test(path))
    .map((path) => {
      const text = readFileSync(path, 'utf8')
      return { path, text, imports: [...text.matchAll(IMPORT)].map((match) => match[1] ?? '') }
    })
}

/** `routes/c.$slug` is shown at `/c/$slug`. */
export function addressOf(route: string): string {
  const name = route.replace('routes/', '').replace(/(^|[./])(index|route)$/, '')
  return `/${name.replace('_.', '/').replaceAll('.', '/')}`
}
