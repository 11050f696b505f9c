// Owns how an icon is drawn in the built pages: what lucide's own way does for `Icon`, without what it does for others.
import type { LucideProps } from 'lucide-react'
import { createElement } from 'react'

interface Drawing {
  node: ReadonlyArray<readonly [tag: string, attributes: Record<string, string>]>
}

const LINES = {
  xmlns: 'http://www.w3.org/2000/svg',
  viewBox: '0 0 24 24',
  fill: 'none',
  stroke: 'currentColor',
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const

/** Stands in for `createLucideIcon`: see build/icons.ts. */
export function createIcon({ node }: Drawing) {
  const lines = node.map(([tag, attributes]) => createElement(tag, attributes))
  return ({ size, ...rest }: Omit<LucideProps, 'ref'>) =>
    createElement('svg', { ...LINES, width: size, height: size, ...rest }, ...lines)
}
