// Owns the input of an amount: text as people write amounts, with the currency beside it.
import { Input } from '@rialto/ui/input.tsx'
import type { ComponentProps } from 'react'

export function MoneyInput({ currency, className = '', ...rest }: ComponentProps<typeof Input> & { currency: string }) {
  return (
    <span className="relative grid">
      <Input {...rest} inputMode="decimal" autoComplete="off" className={`pe-14 tabular-nums ${className}`} />
      <span
        aria-hidden="true"
        className="pointer-events-none absolute end-3.5 top-1/2 -translate-y-1/2 text-sm text-soft"
      >
        {currency}
      </span>
    </span>
  )
}
