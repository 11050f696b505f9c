// Owns the languages of the admin. The choice is the person's own and is kept in this browser.
import { i18n, type Messages } from '@lingui/core'

export const LOCALES = { en: 'English', de: 'Deutsch' } as const
export type Locale = keyof typeof LOCALES

const KEY = 'rialto.admin.locale'
const CATALOGUES: Record<Locale | 'en-XA', () => Promise<{ messages: Messages }>> = {
  en: () => import('#locales/en.po'),
  de: () => import('#locales/de.po'),
  'en-XA': () => import('#locales/en-XA.po'),
}

export function preferredLocale(): Locale {
  const wanted = localStorage.getItem(KEY) ?? navigator.language.slice(0, 2)
  return Object.hasOwn(LOCALES, wanted) ? (wanted as Locale) : 'en'
}

export function chooseLocale(locale: Locale): void {
  localStorage.setItem(KEY, locale)
  location.reload()
}

export async function activate(locale: Locale): Promise<void> {
  // Tests switch the pseudo language on to find text that is not translated.
  const isPseudo = localStorage.getItem('rialto.pseudo') === '1'
  const { messages } = await CATALOGUES[isPseudo ? 'en-XA' : locale]()
  i18n.load(locale, messages)
  i18n.activate(locale)
  document.documentElement.lang = locale
}
