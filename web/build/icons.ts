// Owns that a page carries its own icons only: icons are imported by name from one file that names them all, and are
// built as if each were imported from its own. The cut into chunks then sees who really needs which. Of an icon's file
// only its lines are kept.
import { readFile } from 'node:fs/promises'
import type { Plugin } from 'vite'

const IMPORT = /import \{([^}]+)\} from 'lucide-react'/g
const EXPORT = /^export \{(.+)\} from '\.\/icons\/(.+)\.mjs';$/gm

const ICON = /\/lucide-react\/dist\/esm\/icons\//
const CREATE = /^import createLucideIcon from .+$/m
/** What is said in an icon's file for others: its own names, and keys for lists. */
const SAID_FOR_OTHERS =
  /, key: "\w+"|^\s+key: "\w+",?$|^ {2}(?:name: ".+"|size: 24|aliases: \[.*\]),?$|^__iconData\.node;$/gm

export function icons(): Plugin[] {
  return [iconsByFile(), leanIcons()]
}

function leanIcons(): Plugin {
  return {
    name: 'rialto-lean-icons',
    apply: 'build',
    transform: {
      filter: { id: ICON },
      handler: (code) => ({
        code: code
          .replace(CREATE, "import { createIcon as createLucideIcon } from '@rialto/ui/create-icon.ts'")
          .replaceAll(SAID_FOR_OTHERS, ''),
        map: null,
      }),
    },
  }
}

function iconsByFile(): Plugin {
  let files: ReadonlyMap<string, string> = new Map()
  return {
    name: 'rialto-icons',
    apply: 'build',
    enforce: 'pre',
    async buildStart() {
      files = await iconFiles()
    },
    transform: {
      filter: { id: /\.tsx?$/, code: 'lucide-react' },
      handler: (code) => ({ code: code.replaceAll(IMPORT, (_, names: string) => direct(names, files)), map: null }),
    },
  }
}

function direct(names: string, files: ReadonlyMap<string, string>): string {
  return names
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
    .map((name) => {
      const [icon = '', as = icon] = name.split(' as ')
      const file = files.get(icon)
      return file ? `import ${as} from 'lucide-react/icons/${file}'` : `import { ${name} } from 'lucide-react'`
    })
    .join(';')
}

/** The file of each icon by all of its names. */
async function iconFiles(): Promise<Map<string, string>> {
  const home = import.meta.resolve('lucide-react/package.json')
  const all = await readFile(new URL('dist/esm/lucide-react.mjs', home), 'utf8')
  const files = new Map<string, string>()
  for (const [, names = '', file = ''] of all.matchAll(EXPORT)) {
    for (const name of names.split(',')) files.set(name.replace('default as', '').trim(), file)
  }
  if (files.size === 0) throw new Error('No icons found in lucide-react: see build/icons.ts.')
  return files
}
