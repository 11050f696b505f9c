// Owns the words for what changed in a cart, or stands in the way of ordering it.
import { useLingui } from '@lingui/react/macro'
import type { MoneyValue } from '@rialto/ui/currency.ts'
import { useFormat } from '@rialto/ui/use-format.ts'
import type { Cart, CartProblem } from './api.ts'

export function problemsOf(cart: Cart, sku: string): CartProblem[] {
  return cart.problems.filter((problem) => problem.sku === sku)
}

/** Problems that go away when the shopper agrees. */
export function isPriceChange(problem: CartProblem): boolean {
  return problem.code === 'price_changed'
}

export function useProblemWords(): (problem: CartProblem) => string {
  const { t } = useLingui()
  const format = useFormat()
  return ({ code, before, after }) => {
    if (code === 'price_changed' && isMoney(before) && isMoney(after)) {
      const was = format.money(before)
      const now = format.money(after)
      return after.amount < before.amount
        ? t`Now cheaper: ${now} instead of ${was}.`
        : t`The price rose from ${was} to ${now}.`
    }
    if (code === 'insufficient_stock') return t`Only ${Number(after)} left. Reduce the quantity to go on.`
    if (code === 'quantity_reduced') return t`Reduced from ${Number(before)} to ${Number(after)}: there are no more.`
    if (code === 'out_of_stock') return t`Sold out. Remove it to go on.`
    if (code === 'unavailable') return t`No longer offered. Remove it to go on.`
    if (code === 'shipping_option_invalid')
      return t`The delivery you chose is not offered any more. Please choose again.`
    if (code.startsWith('coupon_')) return couponWords(code, t)
    return t`Please check this item.`
  }
}

/** Why a code was refused; the same words when it is entered and when it stops holding. */
export function useCouponWords(): (code: string) => string {
  const { t } = useLingui()
  return (code) => couponWords(code, t)
}

function couponWords(code: string, t: ReturnType<typeof useLingui>['t']): string {
  switch (code) {
    case 'coupon_not_found':
      return t`We do not know this code. Check its spelling.`
    case 'coupon_not_started':
      return t`This code is not valid yet.`
    case 'coupon_expired':
      return t`This code has expired.`
    case 'coupon_usage_limit_reached':
      return t`This code has been used up.`
    case 'coupon_customer_limit_reached':
      return t`You have used this code already.`
    default:
      return t`This code does not apply to what is in your cart.`
  }
}

export function isMoney(value: unknown): value is MoneyValue {
  return typeof value === 'object' && value !== null && 'amount' in value && 'currency' in value
}
