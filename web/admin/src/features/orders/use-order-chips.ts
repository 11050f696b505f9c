// Owns the words for the filters that are set on the list of orders.
import { useLingui } from '@lingui/react/macro'
import { useFormat } from '@rialto/ui/use-format.ts'
import type { Chip } from '#lib/list/filter-chips.tsx'
import type { OrderFilter } from './api.ts'
import { FULFILLMENT_WORDS, ORDER_WORDS, PAYMENT_WORDS } from './status-badges.tsx'

export function useOrderChips(filter: OrderFilter, set: (change: OrderFilter) => void): Chip[] {
  const { t, i18n } = useLingui()
  const format = useFormat()
  const moment = (at: string) => format.date(at, { dateStyle: 'medium', timeStyle: 'short' })
  const from = filter.from && moment(filter.from)
  const to = filter.to && moment(filter.to)
  const labels: [key: keyof OrderFilter, label: string | undefined][] = [
    ['status', filter.status && i18n._(ORDER_WORDS[filter.status].word)],
    ['payment_status', filter.payment_status && i18n._(PAYMENT_WORDS[filter.payment_status].word)],
    ['fulfillment_status', filter.fulfillment_status && i18n._(FULFILLMENT_WORDS[filter.fulfillment_status].word)],
    [
      'problems',
      filter.problems === undefined ? undefined : filter.problems ? t`With a problem` : t`Without a problem`,
    ],
    ['q', filter.q],
    ['number', filter.number],
    ['email', filter.email],
    ['sku', filter.sku],
    ['user_id', filter.user_id && t`One customer`],
    ['from', from && t`From ${from}`],
    ['to', to && t`Before ${to}`],
  ]
  return labels.flatMap(([key, label]) => (label ? [{ key, label, onRemove: () => set({ [key]: undefined }) }] : []))
}
