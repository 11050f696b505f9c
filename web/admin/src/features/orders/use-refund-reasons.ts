// Owns the reasons for a refund: the shop's words for them, and the sentences for people.
import { useLingui } from '@lingui/react/macro'

export function useRefundReasons(): ReadonlyMap<string, string> {
  const { t } = useLingui()
  return new Map([
    ['requested_by_customer', t`The buyer asked for it`],
    ['damaged', t`Arrived damaged`],
    ['wrong_item', t`The wrong thing was sent`],
    ['lost_in_transit', t`Lost on the way`],
    ['goodwill', t`Goodwill`],
    ['duplicate', t`Paid twice`],
  ])
}
