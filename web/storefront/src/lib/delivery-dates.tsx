// Owns how the days on which a delivery may arrive are written: "Mon 30 Nov – Wed 2 Dec".
import { useFormat } from '@rialto/ui/use-format.ts'
import { arrival, type DeliverySpan } from './delivery-time.ts'

const DAY: Intl.DateTimeFormatOptions = { weekday: 'short', day: 'numeric', month: 'short' }

/** Counted from today, or from when the order was placed. */
export function DeliveryDates({ span, from }: { span: DeliverySpan; from?: Date | undefined }) {
  const [earliest, latest] = arrival(span, from)
  return <DateRange from={earliest} to={latest} />
}

export function DateRange({ from, to }: { from: Date | string; to: Date | string }) {
  const format = useFormat()
  return <bdi>{format.dateRange(from, to, DAY)}</bdi>
}
