// Owns the languages of the storefront: which there are, which one a URL means, and loading its catalogue.
import { i18n, type Messages } from '@lingui/core'
import type { Part } from './page-texts.ts'

export const LOCALES = { en: 'English', de: 'Deutsch', ar: 'العربية' } as const

export type Locale = keyof typeof LOCALES

type Catalogues = Record<Locale | 'en-XA', () => Promise<{ messages: Messages }>>

/** What surrounds every page, and the pages for browsing. */
const CATALOGUES: Catalogues = {
  en: () => import('#locales/en.po'),
  de: () => import('#locales/de.po'),
  ar: () => import('#locales/ar.po'),
  'en-XA': () => import('#locales/en-XA.po'),
}

/** What else there is to say, by the parts of `message-parts.ts`. */
const PARTS = {
  late: {
    en: () => import('virtual:late-messages/en'),
    de: () => import('virtual:late-messages/de'),
    ar: () => import('virtual:late-messages/ar'),
    'en-XA': () => import('virtual:late-messages/en-XA'),
  },
  more: {
    en: () => import('virtual:more-messages/en'),
    de: () => import('virtual:more-messages/de'),
    ar: () => import('virtual:more-messages/ar'),
    'en-XA': () => import('virtual:more-messages/en-XA'),
  },
  other: {
    en: () => import('virtual:other-messages/en'),
    de: () => import('virtual:other-messages/de'),
    ar: () => import('virtual:other-messages/ar'),
    'en-XA': () => import('virtual:other-messages/en-XA'),
  },
} satisfies Record<Part, Catalogues>

const loaded = new Set<Part>()

/** English has no prefix. */
export function localeOf(path: string): Locale {
  const prefix = path.split('/')[1] ?? ''
  return isLocale(prefix) ? prefix : 'en'
}

/** What the router calls a path of this language. */
export function pathIn(locale: Locale, path: string): string {
  const prefix = hrefIn(locale, '/')
  if (locale === 'en' || (path !== prefix && !path.startsWith(`${prefix}/`))) return path
  return path.slice(prefix.length) || '/'
}

/** The same page in another language: a new document, since language and direction belong to all of it. */
export function hrefIn(locale: Locale, pathInRouter: string): string {
  return locale === 'en' ? pathInRouter : `/${locale}${pathInRouter === '/' ? '' : pathInRouter}`
}

export async function activate(locale: Locale): Promise<void> {
  const { messages } = await CATALOGUES[isPseudo() ? 'en-XA' : locale]()
  i18n.load(locale, messages)
  i18n.activate(locale)
  document.documentElement.lang = locale
  document.documentElement.dir = locale === 'ar' ? 'rtl' : 'ltr'
}

/** Brings texts that are not there yet. */
export async function ensureMessages(...parts: Part[]): Promise<void> {
  const locale = localeOf(location.pathname)
  const bring = async (part: Part) => {
    const { messages } = await PARTS[part][isPseudo() ? 'en-XA' : locale]()
    i18n.load(locale, messages)
    loaded.add(part)
  }
  await Promise.all(parts.filter((part) => !loaded.has(part)).map(bring))
}

/** Tests switch the pseudo language on to find text that is not translated. */
function isPseudo(): boolean {
  try {
    return localStorage.getItem('rialto.pseudo') === '1'
  } catch {
    return false
  }
}

function isLocale(text: string): text is Locale {
  return Object.hasOwn(LOCALES, text)
}
