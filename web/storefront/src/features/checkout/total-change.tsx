// Owns the explanation of a total that changed: "Delivery +4,90 €". No sum changes without a word.
import { Trans, useLingui } from '@lingui/react/macro'
import type { components } from '@rialto/api/schema.d.ts'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useState } from 'react'

type Totals = components['schemas']['Totals']

export function TotalChange({ totals }: { totals: Totals }) {
  const [now, setNow] = useState(totals)
  const [before, setBefore] = useState<Totals>()
  if (now.total.amount !== totals.total.amount) {
    setBefore(now)
    setNow(totals)
  }
  const words = useDifference()
  const parts = before ? words(before, now) : []
  return (
    <p role="status" className="mt-2 text-end text-sm text-accent empty:hidden">
      {parts.length > 0 && <Trans>Changed: {parts.join(', ')}</Trans>}
    </p>
  )
}

function useDifference(): (before: Totals, now: Totals) => string[] {
  const { t } = useLingui()
  const format = useFormat()
  return (before, now) => {
    const signed = (amount: number) => {
      const money = format.money({ amount: Math.abs(amount), currency: now.total.currency })
      return amount < 0 ? `−${money}` : `+${money}`
    }
    const parts: Array<[number, (sum: string) => string]> = [
      [now.subtotal.amount - before.subtotal.amount, (sum) => t`goods ${sum}`],
      [before.discount.amount - now.discount.amount, (sum) => t`discount ${sum}`],
      [now.shipping.amount - before.shipping.amount, (sum) => t`delivery ${sum}`],
      [now.tax_included ? 0 : now.tax.amount - before.tax.amount, (sum) => t`tax ${sum}`],
    ]
    return parts.filter(([amount]) => amount !== 0).map(([amount, word]) => word(signed(amount)))
  }
}
