// Owns how points in time are shown: as a date, or by how long ago they were.
import { useClock } from './use-clock.ts'
import { useFormat } from './use-format.ts'

const DATE_AND_TIME: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' }

export function DateTime({ at, options }: { at: string; options?: Intl.DateTimeFormatOptions }) {
  const format = useFormat()
  return <time dateTime={at}>{format.date(at, options)}</time>
}

/** "3 hours ago", with the exact time in its tooltip. Older than 30 days it is a date. */
export function RelativeTime({ at }: { at: string }) {
  const format = useFormat()
  useClock()
  const isOld = Date.now() - new Date(at).getTime() > 30 * 86_400_000
  return (
    <time dateTime={at} title={format.date(at, DATE_AND_TIME)}>
      {isOld ? format.date(at, { dateStyle: 'medium' }) : format.relative(at)}
    </time>
  )
}
