// Owns the cut of a catalogue: what the first pages say, and further parts, which come with the pages that say them.
// Translators see none of it: each language stays one file.
import { getCatalogs } from '@lingui/cli/api'
import { getConfig } from '@lingui/conf'
import type { Plugin } from 'vite'

const CATALOGUE = /\/locales\/([\w-]+)\.po$/
const PART = /^\0virtual:(\w+)-messages\/([\w-]+)\.js$/

type Messages = Record<string, unknown>

/** The source files whose texts belong to a part. What no part names is the part `other`. */
export interface MessageParts {
  /** Is there before anything is shown; the other parts leave out what it says. */
  first: RegExp
  [part: string]: RegExp
}

/** The part `more` of a catalogue is `virtual:more-messages/de`. */
export function splitMessages({ first, ...parts }: MessageParts): Plugin {
  const catalogues = new Map<string, Messages>()
  const files = new Map<string, string>()
  let root = ''

  /** What is said in files that `says` picks, and not at first. */
  async function part(locale: string, says: (file: string) => boolean): Promise<Messages> {
    const origins = await originsOf(root)
    const isSaid = (key: string) => {
      const from = origins.get(key) ?? []
      return !from.some((file) => first.test(file)) && from.some(says)
    }
    return pick(catalogues.get(locale) ?? {}, isSaid)
  }

  return {
    name: 'rialto-split-messages',
    // After the catalogues were compiled.
    enforce: 'post',
    configResolved(config) {
      root = config.root
    },
    resolveId(id) {
      return PART.test(`\0${id}.js`) ? `\0${id}.js` : undefined
    },
    async load(id) {
      const [, name = '', locale = ''] = PART.exec(id) ?? []
      if (!locale) return undefined
      const file = `${root}/src/locales/${locale}.po`
      this.addWatchFile(file)
      await this.load({ id: files.get(locale) ?? file })
      const named = parts[name]
      const isOther = (file: string) => !Object.values(parts).some((pattern) => pattern.test(file))
      return written(await part(locale, named ? (file) => named.test(file) : isOther))
    },
    async transform(code, id) {
      const locale = CATALOGUE.exec(id)?.[1]
      if (!locale) return undefined
      files.set(locale, id)
      const all = read(code)
      catalogues.set(locale, all)
      const origins = await originsOf(root)
      return {
        code: written(pick(all, (key) => origins.get(key)?.some((file) => first.test(file)) ?? true)),
        map: null,
      }
    },
  }
}

/** The files that say each message. */
async function originsOf(root: string): Promise<Map<string, string[]>> {
  const config = getConfig({ cwd: root })
  const [catalog] = await getCatalogs(config)
  const messages = Object.entries((await catalog?.read(config.sourceLocale ?? 'en')) ?? {})
  return new Map(messages.map(([key, { origin }]) => [key, origin?.map(([file]) => file) ?? []]))
}

/** Lingui compiles a catalogue to one `JSON.parse("…")`. */
function read(code: string): Messages {
  const json = /JSON\.parse\(("(?:[^"\\]|\\.)*")\)/.exec(code)?.[1]
  if (!json) throw new Error('A compiled catalogue looks other than expected: see split-messages.ts.')
  return JSON.parse(JSON.parse(json) as string) as Messages
}

function written(messages: Messages): string {
  return `export const messages = JSON.parse(${JSON.stringify(JSON.stringify(messages))})`
}

function pick(messages: Messages, wanted: (key: string) => boolean): Messages {
  return Object.fromEntries(Object.entries(messages).filter(([key]) => wanted(key)))
}
