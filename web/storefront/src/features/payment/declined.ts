// Owns the six things a refused payment can mean to the person who pays.
import { useLingui } from '@lingui/react/macro'

export type Refusal = 'other_card' | 'check_card' | 'confirm' | 'funds' | 'later' | 'method'

/** The shop's codes, of declines and of refusals, in terms of what to do. */
const MEANING: Readonly<Record<string, Refusal>> = {
  card_declined: 'other_card',
  expired_card: 'check_card',
  incorrect_cvc: 'check_card',
  authentication_required: 'confirm',
  insufficient_funds: 'funds',
  processing_error: 'later',
  too_many_payment_attempts: 'later',
  order_not_payable: 'method',
  invalid: 'check_card',
  card_number_refused: 'check_card',
}

export function refusalOf(code: string): Refusal {
  return MEANING[code] ?? 'other_card'
}

export function useRefusalWords(): (refusal: Refusal) => string {
  const { t } = useLingui()
  return (refusal) => {
    const words: Record<Refusal, string> = {
      other_card: t`Your bank declined this card. Nothing was charged. Please try another card.`,
      check_card: t`Please check the number, the date and the security code. Nothing was charged.`,
      confirm: t`The payment was not confirmed with your bank. Nothing was charged. Try again and confirm it, or use another card.`,
      funds: t`There is not enough money on this card, or its limit is reached. Nothing was charged. Please try another card.`,
      later: t`The payment could not be processed: that was on our side. Nothing was charged. Please try again in a minute.`,
      method: t`This way of paying is not available for this order.`,
    }
    return words[refusal]
  }
}
