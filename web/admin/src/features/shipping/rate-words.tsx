// Owns how a rate reads in a sentence: "from €4.90, free from €79, 1 to 3 working days".
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { useFormat } from '@rialto/ui/use-format.ts'
import type { Rate } from './api.ts'
import { toKilograms } from './weight.ts'

export function useRateWords() {
  const { t } = useLingui()
  const format = useFormat()

  function price({ pricing, currency }: Rate): string {
    const money = (amount: number) => format.money({ amount, currency })
    switch (pricing.kind) {
      case 'flat':
        return money(pricing.amount)
      case 'per_item': {
        const [first, each] = [money(pricing.first), money(pricing.each)]
        return t`${first}, and ${each} for each piece`
      }
      case 'by_weight':
      case 'by_value': {
        const amounts = pricing.tiers.map(({ amount }) => amount)
        const [least, most] = [money(Math.min(...amounts)), money(Math.max(...amounts))]
        if (least === most) return least
        return pricing.kind === 'by_weight' ? t`${least} to ${most} by weight` : t`${least} to ${most} by value`
      }
    }
  }

  function days({ min_days: min, max_days: max }: Rate): string {
    if (min === max) return plural(min, { one: '# working day', other: '# working days' })
    return t`${min} to ${max} working days`
  }

  function limits({ free_over: freeOver, max_weight_g: maxWeight, currency }: Rate): string[] {
    const least = typeof freeOver === 'number' && format.money({ amount: freeOver, currency })
    const most = typeof maxWeight === 'number' && toKilograms(maxWeight)
    return [least && t`free from ${least}`, most && t`up to ${most} kg`].filter((part) => part !== false)
  }

  return { price, days, limits }
}
