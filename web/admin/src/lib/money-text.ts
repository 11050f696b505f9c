// Owns amounts of money as people type and paste them: "19,90", "1.234,50 €", "$1,234.50".
import { decimalsOf, fromDecimal, type MoneyValue, toDecimal } from '@rialto/ui/currency.ts'

/** The amount in minor units; undefined when the text is no amount of that currency. */
export function amountOf(text: string, currency: string): number | undefined {
  const plain = text.replaceAll(/[\s\u00a0\u202f'’]|\p{Sc}|[A-Za-z]{3}/gu, '')
  return fromDecimal(withoutThousands(plain, decimalsOf(currency)), currency)
}

/** The amount as text for an input, with the decimal sign of the language. */
export function textOf(money: MoneyValue | null | undefined, locale: string): string {
  if (!money) return ''
  const sign = new Intl.NumberFormat(locale).formatToParts(1.1).find(({ type }) => type === 'decimal')?.value ?? '.'
  return toDecimal(money).replace('.', sign)
}

/** Of two kinds of signs the last one is the decimal; one that repeats, or could only be thousands, is not. */
function withoutThousands(text: string, decimals: number): string {
  const signs: readonly string[] = text.match(/[.,]/g) ?? []
  const last = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','))
  const isMixed = signs.includes('.') && signs.includes(',')
  if (isMixed) return text.slice(0, last).replaceAll(/[.,]/g, '') + text.slice(last)
  const isGrouped = /^-?\d{1,3}([.,]\d{3})+$/.test(text) && (signs.length > 1 || decimals !== 3)
  return isGrouped ? text.replaceAll(/[.,]/g, '') : text
}
