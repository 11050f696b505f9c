// Owns the way to a review of one's own: for whoever is signed in, once for each product.
import { Trans } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { Button, ButtonLink } from '@rialto/ui/button.tsx'
import { Stars } from '@rialto/ui/stars.tsx'
import { useLocation } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { isSignedIn, type Review } from './api.ts'

const Form = lazy(() => import('./review-form.tsx').then((file) => ({ default: file.ReviewForm })))

interface WriteReviewProps {
  slug: string
  title: string
  mine: Review | undefined
  isFirst: boolean
}

export function WriteReview({ slug, title, mine, isFirst }: WriteReviewProps) {
  const here = useLocation({ select: ({ href }) => href })
  const [open, setOpen] = useState(false)
  if (mine) return <Mine review={mine} />
  return (
    <div className="grid justify-items-start gap-3">
      <p className="text-soft">
        {isFirst ? (
          <Trans>Nobody has reviewed it yet. Do you have it? Be the first to say how it is.</Trans>
        ) : (
          <Trans>Do you have it? Say how it is.</Trans>
        )}
      </p>
      {isSignedIn() ? (
        <Button tone="outline" aria-haspopup="dialog" onClick={() => setOpen(true)}>
          <Trans>Write a review</Trans>
        </Button>
      ) : (
        <ButtonLink tone="outline" to="/login" search={{ next: here }}>
          <Trans>Sign in to write a review</Trans>
        </ButtonLink>
      )}
      {open && (
        <Suspense>
          <Form slug={slug} title={title} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  )
}

function Mine({ review }: { review: Review }) {
  return (
    <section className="grid gap-2 rounded-card border border-line bg-card p-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="text-base">
          <Trans>Your review</Trans>
        </h3>
        {review.status === 'pending' && (
          <Badge tone="warn">
            <Trans>Waiting to be checked</Trans>
          </Badge>
        )}
        {review.status === 'rejected' && (
          <Badge tone="bad">
            <Trans>Not published</Trans>
          </Badge>
        )}
      </div>
      <Stars average={review.rating} />
      {review.title && <p className="font-medium">{review.title}</p>}
      {review.body && <p className="whitespace-pre-line">{review.body}</p>}
      {review.status === 'pending' && (
        <p className="text-sm text-soft">
          <Trans>Only you see it until the shop has read it.</Trans>
        </p>
      )}
    </section>
  )
}
