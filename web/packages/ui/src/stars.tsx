// Owns how a rating is shown: stars for the eye, a sentence for those who listen, the count as text.
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { useFormat } from './use-format.ts'

const STAR = 'M10 1.6l2.6 5.3 5.8.8-4.2 4.1 1 5.8L10 14.9l-5.2 2.7 1-5.8L1.6 7.7l5.8-.8z'

export function Stars({ average, count }: { average: number; count?: number }) {
  const { t } = useLingui()
  const format = useFormat()
  const mean = format.number(average, { maximumFractionDigits: 1 })
  const words = t`${mean} of 5 stars`
  return (
    <span className="inline-flex items-center gap-1.5 text-sm text-soft">
      <span role="img" aria-label={words} className="relative inline-block">
        <Row className="text-line" />
        <span className="absolute inset-y-0 start-0 overflow-hidden" style={{ inlineSize: `${(average / 5) * 100}%` }}>
          <Row className="text-accent" />
        </span>
      </span>
      {count !== undefined && (
        <span>
          <span aria-hidden="true">({format.number(count)})</span>
          <span className="sr-only">{t`${plural(count, { one: '# review', other: '# reviews' })}`}</span>
        </span>
      )}
    </span>
  )
}

function Row({ className }: { className: string }) {
  return (
    <svg
      viewBox="0 0 100 20"
      width="80"
      height="16"
      aria-hidden="true"
      className={`block max-w-none rtl:-scale-x-100 ${className}`}
    >
      {[0, 20, 40, 60, 80].map((x) => (
        <path key={x} d={STAR} fill="currentColor" transform={`translate(${x} 0)`} />
      ))}
    </svg>
  )
}
