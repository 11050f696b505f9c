// Owns how a product is rated in sum: the mean, and how many gave how many stars. Each line filters the reviews.
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { Stars } from '@rialto/ui/stars.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import type { ReviewPage } from './api.ts'

const STARS = [5, 4, 3, 2, 1] as const

interface RatingSummaryProps {
  rating: ReviewPage['rating']
  /** Those shown, if not all. */
  stars: number | undefined
  onChoose: (stars: number) => void
}

export function RatingSummary({ rating: { average, count, histogram }, stars, onChoose }: RatingSummaryProps) {
  const { t } = useLingui()
  const format = useFormat()
  return (
    <div className="grid gap-4">
      <p className="flex items-center gap-4">
        <span className="text-5xl font-medium tracking-tight tabular-nums">
          {format.number(average ?? 0, { minimumFractionDigits: 1, maximumFractionDigits: 1 })}
        </span>
        <span className="grid">
          <Stars average={average ?? 0} />
          <span className="text-sm text-soft">{t`${plural(count, { one: '# review', other: '# reviews' })}`}</span>
        </span>
      </p>
      <ul aria-label={t`Filter by stars`}>
        {STARS.map((each) => {
          const given = histogram[each]
          const share = count > 0 ? given / count : 0
          return (
            <li key={each}>
              <button
                type="button"
                aria-pressed={stars === each}
                disabled={given === 0}
                onClick={() => onChoose(each)}
                className="grid min-h-9 w-full grid-cols-[4.5rem_1fr_2rem] items-center gap-3 rounded-control px-2 text-start text-sm hover:bg-sunken disabled:text-soft disabled:hover:bg-transparent aria-pressed:bg-ink aria-pressed:text-on-ink"
              >
                {t`${plural(each, { one: '# star', other: '# stars' })}`}
                <span aria-hidden="true" className="h-2 overflow-hidden rounded-full bg-line">
                  <span className="block h-full rounded-full bg-accent" style={{ inlineSize: `${share * 100}%` }} />
                </span>
                <span className="text-end tabular-nums">{format.number(given)}</span>
              </button>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
