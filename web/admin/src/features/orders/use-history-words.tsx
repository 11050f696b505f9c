// Owns the sentences for the entries of an order's history.
import { useLingui } from '@lingui/react/macro'
import { fromDecimal } from '@rialto/ui/currency.ts'
import { useFormat } from '@rialto/ui/use-format.ts'
import type { OrderDetail } from './api.ts'
import { ORDER_WORDS } from './status-badges.tsx'
import { useDeclineWords } from './use-decline-words.ts'

type Entry = OrderDetail['history'][number]

export function useHistoryWords(): (entry: Entry) => { title: string; detail?: string } {
  const { t, i18n } = useLingui()
  const format = useFormat()
  const decline = useDeclineWords()

  /** The shop writes amounts as `297.00 EUR`. */
  function money(text: string): string {
    const [decimal = '', currency = ''] = text.split(' ')
    const amount = fromDecimal(decimal, currency)
    return amount === undefined ? text : format.money({ amount, currency })
  }

  /** What the shop gives as reason is one of its own words, or what a person wrote. */
  function why(reason: string): string | undefined {
    const words: Record<string, string | undefined> = {
      paid: t`It is paid.`,
      expired: t`Nobody paid in time.`,
      cancelled_by_customer: t`The buyer wished so.`,
      cancelled_by_staff: undefined,
      stock_short: t`The stock was not there.`,
      shipped: undefined,
      delivered: undefined,
    }
    return reason in words ? words[reason] : reason
  }

  return ({ kind, to, reason }) => {
    const text = reason ?? ''
    if (kind === 'status' && to) {
      const status = i18n._(ORDER_WORDS[to].word)
      return { title: t`The order is now: ${status}`, ...optional(text && why(text)) }
    }
    const titles: Record<string, [title: string, detail?: string]> = {
      placed: [t`The order was placed`],
      joined_account: [t`The order was joined to the buyer's account`],
      payment_authorized: [t`The money is held`, money(text)],
      payment_processed: [t`The money arrived`, money(text)],
      payment_failed: [t`The payment was refused`, decline(text)],
      payment_voided: [t`The held money was let go`, text],
      refund_processed: [t`Money went back`, money(text)],
      refund_failed: [t`A refund did not go through`, decline(text)],
      dispute_opened: [t`The buyer disputes the payment`, text],
      dispute_closed: [text === 'won' ? t`The dispute was won` : t`The dispute was lost`],
      note: [t`Note`, text],
      problems_resolved: [t`Somebody looked at what was wrong`, text],
      return_requested: [t`A return was asked for`, text],
      return_approved: [t`The return was approved`, text],
      return_declined: [t`The return was declined`, text],
      return_label_sent: [t`A label for the return was sent`, text],
      return_in_transit: [t`The return is under way`, text],
      return_received: [t`The return arrived`, text],
      return_inspected: [t`The return was inspected`, text],
      return_refunded: [t`The return is refunded`, text],
      return_rejected: [t`The return was rejected`, text],
      return_closed: [t`The return was closed`, text],
      return_cancelled: [t`The return was called off`, text],
    }
    const [title, detail] = titles[kind] ?? [kind.replaceAll('_', ' '), text]
    return { title, ...optional(detail) }
  }
}

function optional(detail: string | undefined): { detail?: string } {
  return detail ? { detail } : {}
}
