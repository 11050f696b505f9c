// Owns one review in the queue: what was written, by whom, and what can be decided.
import { useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { Button } from '@rialto/ui/button.tsx'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Stars } from '@rialto/ui/stars.tsx'
import { Link } from '@tanstack/react-router'
import { Check, ExternalLink, Reply, X } from 'lucide-react'
import { StateBadge } from '#lib/words.tsx'
import type { Review } from './api.ts'
import { ReplyForm } from './reply-form.tsx'
import { REVIEW_WORDS } from './review-words.ts'

interface ReviewCardProps {
  review: Review
  isChosen: boolean
  isReplying: boolean
  onChoose: () => void
  onDecide: (decision: 'approved' | 'rejected') => void
  onReply: (open: boolean) => void
}

export function ReviewCard({ review, isChosen, isReplying, onChoose, onDecide, onReply }: ReviewCardProps) {
  const { t } = useLingui()
  const wasEdited = review.updated_at !== review.created_at
  return (
    <article
      data-review={review.id}
      tabIndex={-1}
      aria-label={t`${review.title || review.product_title}, by ${review.author}`}
      className="grid gap-4 rounded-card border border-line bg-card p-5 focus:outline-2 focus:outline-focus sm:grid-cols-[auto_1fr]"
    >
      <input
        type="checkbox"
        className="mt-1 size-5"
        aria-label={t`Choose the review of ${review.author}`}
        checked={isChosen}
        onChange={onChoose}
      />
      <div className="grid min-w-0 gap-3">
        <header className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <Stars average={review.rating} />
          <span className="font-medium">{review.author}</span>
          <span className="text-sm text-soft">
            <RelativeTime at={review.created_at} />
            {review.language && ` · ${review.language}`}
          </span>
          {review.verified_purchase ? (
            <Badge tone="good">{t`Bought it here`}</Badge>
          ) : (
            <Badge>{t`No purchase known`}</Badge>
          )}
          {wasEdited && <Badge tone="warn">{t`Changed by its author`}</Badge>}
          <StateBadge words={REVIEW_WORDS} state={review.status} />
        </header>
        <div>
          {review.title && <h2 className="text-lg">{review.title}</h2>}
          <p lang={review.language ?? undefined} className="mt-1 max-w-prose whitespace-pre-line">
            {review.body}
          </p>
        </div>
        <p className="flex flex-wrap gap-x-4 text-sm text-soft">
          <Link
            to="/products/$id"
            params={{ id: review.product_id }}
            className="inline-flex min-h-8 items-center underline underline-offset-4 hover:text-ink"
          >
            {review.product_title}
          </Link>
          <a
            href={`/p/${review.product_slug}`}
            className="inline-flex min-h-8 items-center gap-1 underline underline-offset-4 hover:text-ink"
          >
            {t`In the storefront`} <Icon of={ExternalLink} size={14} />
          </a>
        </p>
        {review.reply && !isReplying && (
          <blockquote className="border-line border-s-4 ps-4">
            <p className="text-sm text-soft">{t`The shop's reply`}</p>
            <p className="whitespace-pre-line">{review.reply}</p>
          </blockquote>
        )}
        {isReplying && <ReplyForm review={review} onClose={() => onReply(false)} />}
        <div className="flex flex-wrap gap-3">
          {review.status !== 'approved' && (
            <Button size="small" onClick={() => onDecide('approved')}>
              <Icon of={Check} size={16} /> {t`Approve`}
            </Button>
          )}
          {review.status !== 'rejected' && (
            <Button tone="outline" size="small" onClick={() => onDecide('rejected')}>
              <Icon of={X} size={16} /> {t`Reject`}
            </Button>
          )}
          {!isReplying && (
            <Button tone="quiet" size="small" onClick={() => onReply(true)}>
              <Icon of={Reply} size={16} mirrored /> {review.reply ? t`Change the reply` : t`Reply`}
            </Button>
          )}
        </div>
      </div>
    </article>
  )
}
