// Owns that an import that comes later is a plain import: what Vite puts around it is for pages with styles of their own.
import type { Plugin } from 'vite'

const HELPER = /^\0vite\/preload-helper\.js$/

export function plainImports(): Plugin {
  return {
    name: 'rialto-plain-imports',
    apply: 'build',
    enforce: 'pre',
    load: { filter: { id: HELPER }, handler: () => 'export const __vitePreload = (load) => load()' },
  }
}
