// Owns the number of decimals of each currency (ISO 4217) and what follows from it. Locale data differs for some.
const EXPONENTS: Readonly<Record<string, number>> = {
  ...exponent(0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...exponent(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...exponent(4, 'CLF UYW'),
}

export interface MoneyValue {
  /** In minor units. */
  amount: number
  currency: string
}

export function decimalsOf(currency: string): number {
  return EXPONENTS[currency] ?? 2
}

/** `{1999, EUR}` as `19.99`: exact, for inputs, data attributes and formatting. */
export function toDecimal({ amount, currency }: MoneyValue): `${number}` {
  const decimals = decimalsOf(currency)
  const digits = String(Math.abs(amount)).padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const fraction = digits.slice(digits.length - decimals)
  return `${amount < 0 ? '-' : ''}${whole}${decimals > 0 ? `.${fraction}` : ''}` as `${number}`
}

/** `19.99` or `19,99` in minor units; undefined when it is no amount of that currency. */
export function fromDecimal(text: string, currency: string): number | undefined {
  const decimals = decimalsOf(currency)
  const parts = /^\s*(-?)(\d+)(?:[.,](\d+))?\s*$/.exec(text)
  if (!parts) return undefined
  const [, sign = '', whole = '', fraction = ''] = parts
  if (fraction.length > decimals) return undefined
  const amount = Number(`${sign}${whole}${fraction.padEnd(decimals, '0')}`)
  return Number.isSafeInteger(amount) ? amount : undefined
}

export function formatMoney(money: MoneyValue, locale: string): string {
  const decimals = decimalsOf(money.currency)
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: money.currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(toDecimal(money))
}

function exponent(decimals: number, currencies: string): Record<string, number> {
  return Object.fromEntries(currencies.split(' ').map((currency) => [currency, decimals]))
}
