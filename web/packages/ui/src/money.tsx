// Owns how an amount of money is shown.
import type { MoneyValue } from './currency.ts'
import { useFormat } from './use-format.ts'

export function Money({ value, className = '' }: { value: MoneyValue; className?: string }) {
  const format = useFormat()
  return <bdi className={`whitespace-nowrap tabular-nums ${className}`}>{format.money(value)}</bdi>
}
