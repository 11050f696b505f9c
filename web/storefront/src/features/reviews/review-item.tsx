// Owns one review: who gave how many stars and said what, whether they bought it, what the shop answered.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { DateTime } from '@rialto/ui/date-time.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Stars } from '@rialto/ui/stars.tsx'
import { Link, useLocation } from '@tanstack/react-router'
import { BadgeCheck, ThumbsUp } from 'lucide-react'
import { shopName } from '#lib/shop.ts'
import { isSignedIn, type Review, useHelpful } from './api.ts'

export function ReviewItem({ review }: { review: Review }) {
  return (
    <article className="grid gap-2.5 py-6" lang={review.language ?? undefined}>
      <div
        className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-soft"
        lang={document.documentElement.lang}
      >
        <Stars average={review.rating} />
        <span className="font-medium text-ink">{review.author}</span>
        <DateTime at={review.created_at} options={{ dateStyle: 'medium' }} />
        {review.verified_purchase && (
          <span className="inline-flex items-center gap-1 text-good">
            <Icon of={BadgeCheck} size={16} />
            <Trans>Bought here</Trans>
          </span>
        )}
      </div>
      {review.title && <h3 className="text-base font-semibold tracking-normal">{review.title}</h3>}
      {review.body && <p className="max-w-prose whitespace-pre-line">{review.body}</p>}
      {review.reply && (
        <div className="max-w-prose border-accent border-s-2 ps-4 text-soft">
          <p className="text-sm font-medium text-ink">{shopName}</p>
          <p className="whitespace-pre-line">{review.reply}</p>
        </div>
      )}
      <Helpful review={review} />
    </article>
  )
}

const HELPFUL =
  'inline-flex min-h-9 items-center gap-2 rounded-full border border-edge px-4 hover:border-ink hover:text-ink aria-pressed:bg-ink aria-pressed:text-on-ink'

function Helpful({ review }: { review: Review }) {
  const { t } = useLingui()
  const here = useLocation({ select: ({ href }) => href })
  const helpful = useHelpful(review)
  const count = helpful.data?.helpful ?? review.helpful
  const said = helpful.isSuccess && helpful.variables
  const words = count > 0 ? t`${plural(count, { one: 'Helped # person', other: 'Helped # people' })}` : undefined

  return (
    <p className="flex flex-wrap items-center gap-x-4 text-sm text-soft">
      {isSignedIn() ? (
        <button type="button" aria-pressed={Boolean(said)} onClick={() => helpful.mutate(!said)} className={HELPFUL}>
          <Icon of={ThumbsUp} size={16} />
          <Trans>Helpful</Trans>
        </button>
      ) : (
        // Everyone counts once, so it needs an account.
        <Link to="/login" search={{ next: here }} title={t`Sign in to say that it helped`} className={HELPFUL}>
          <Icon of={ThumbsUp} size={16} />
          <Trans>Helpful</Trans>
        </Link>
      )}
      <span aria-live="polite">{helpful.isError ? t`That did not work. Please try again.` : words}</span>
    </p>
  )
}
