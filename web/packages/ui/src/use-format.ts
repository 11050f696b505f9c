// Owns formatting in the language of the page: numbers, dates and names, always through Intl.
import { useLingui } from '@lingui/react'
import { useMemo } from 'react'
import { formatMoney, type MoneyValue } from './currency.ts'

/** Plain English dates start with the day, as they do in most of the world. */
function intlLocale(locale: string): string {
  return locale === 'en' ? 'en-GB' : locale
}

/** What somebody made up as a language stays as they wrote it. */
function languageName(tag: string, locale: string): string {
  try {
    return new Intl.DisplayNames(locale, { type: 'language' }).of(tag) ?? tag
  } catch {
    return tag
  }
}

const STEPS: ReadonlyArray<[Intl.RelativeTimeFormatUnit, number]> = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

export function useFormat() {
  const { i18n } = useLingui()
  const locale = intlLocale(i18n.locale)
  return useMemo(
    () => ({
      money: (money: MoneyValue) => formatMoney(money, locale),
      number: (value: number, options?: Intl.NumberFormatOptions) =>
        new Intl.NumberFormat(locale, options).format(value),
      date: (at: string | Date, options: Intl.DateTimeFormatOptions = { dateStyle: 'long' }) =>
        new Intl.DateTimeFormat(locale, options).format(new Date(at)),
      /** "30 Nov – 2 Dec", without what both days share. */
      dateRange: (
        from: string | Date,
        to: string | Date,
        options: Intl.DateTimeFormatOptions = { dateStyle: 'long' },
      ) => new Intl.DateTimeFormat(locale, options).formatRange(new Date(from), new Date(to)),
      relative: (at: string | Date, now = Date.now()) => {
        const ms = new Date(at).getTime() - now
        const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
        const [unit, size] = STEPS.find(([, step]) => Math.abs(ms) >= step) ?? (['second', 1000] as const)
        return format.format(unit === 'second' ? 0 : Math.round(ms / size), unit)
      },
      language: (tag: string) => languageName(tag, locale),
      country: (code: string) => new Intl.DisplayNames(locale, { type: 'region' }).of(code) ?? code,
      list: (items: readonly string[]) => new Intl.ListFormat(locale).format(items),
    }),
    [locale],
  )
}
