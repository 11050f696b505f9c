// Owns the sentences for why a card was refused.
import { useLingui } from '@lingui/react/macro'

export function useDeclineWords(): (code: string, decline?: string | null) => string {
  const { t } = useLingui()
  return (code, decline) => {
    const words: Record<string, string> = {
      insufficient_funds: t`There was not enough money`,
      expired_card: t`The card has expired`,
      incorrect_cvc: t`The security code was wrong`,
      authentication_required: t`The buyer did not confirm the payment`,
      payment_intent_authentication_failure: t`The buyer did not confirm the payment`,
      lost_card: t`The card was reported lost`,
      stolen_card: t`The card was reported stolen`,
      fraudulent: t`The bank suspects fraud`,
      generic_decline: t`The bank refused it without a reason`,
      card_declined: t`The bank refused the card`,
      processing_error: t`The provider could not process it`,
      provider_unavailable: t`The provider did not answer`,
    }
    const known = words[decline ?? ''] ?? words[code]
    // A code that this page does not know yet, as people can still read it.
    return known ?? (decline ?? code).replaceAll('_', ' ')
  }
}
