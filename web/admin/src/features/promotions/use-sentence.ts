// Owns a promotion in one plain sentence.
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { useFormat } from '@rialto/ui/use-format.ts'
import type { PromotionInput } from './api.ts'

const MOMENT: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' }

/** "10 % off the goods with the code WELCOME10, for orders of €50.00 or more, once per customer." */
export function useSentence(): (promotion: PromotionInput) => string {
  const { t } = useLingui()
  const format = useFormat()
  return ({
    code,
    percent,
    amount,
    min_subtotal: least,
    max_uses: uses,
    max_uses_per_customer: each,
    ...promotion
  }) => {
    const off = percent
      ? format.number(Number(percent) / 100, { style: 'percent', maximumFractionDigits: 4 })
      : amount
        ? format.money(amount)
        : '…'
    const starts = promotion.starts_at && format.date(promotion.starts_at, MOMENT)
    const ends = promotion.ends_at && format.date(promotion.ends_at, MOMENT)
    const parts = [
      t`${off} off the goods with the code ${code.trim().toUpperCase() || '…'}`,
      least && least.amount > 0 && t`for goods of ${format.money(least)} or more`,
      starts && ends && t`from ${starts} to ${ends}`,
      starts && !ends && t`from ${starts} on`,
      !starts && ends && t`until ${ends}`,
      each && t`${plural(each, { one: 'once per customer', other: '# times per customer' })}`,
      uses && t`${plural(uses, { one: '# time in all', other: '# times in all' })}`,
    ]
    return `${parts.filter(Boolean).join(', ')}.`
  }
}
