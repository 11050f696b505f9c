// Owns how a day, a week or a month of a report is called.
import { useFormat } from '@rialto/ui/use-format.ts'
import type { Interval, SalesInterval } from './api.ts'

export function useIntervalName(interval: Interval): (of: SalesInterval) => string {
  const format = useFormat()
  // The days are the shop's; at noon UTC each is the same day everywhere people trade.
  const day = (of: string, options: Intl.DateTimeFormatOptions) =>
    format.date(`${of}T12:00:00Z`, { timeZone: 'UTC', ...options })
  return ({ from, to }) => {
    if (interval === 'month') return day(from, { month: 'short', year: '2-digit' })
    const first = day(from, { day: 'numeric', month: 'short' })
    return interval === 'day' || from === to ? first : `${first} – ${day(to, { day: 'numeric', month: 'short' })}`
  }
}
