// Owns what stands below "What people say": how the product is rated, what they wrote, and writing it oneself.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { LoadMore } from '@rialto/ui/load-more.tsx'
import { Select } from '@rialto/ui/select.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { myReviewQuery, type ReviewPage, reviewsQuery } from './api.ts'
import { RatingSummary } from './rating-summary.tsx'
import { ORDERS, type Order, type ReviewFilter } from './review-filter.ts'
import { ReviewItem } from './review-item.tsx'
import { WriteReview } from './write-review.tsx'

export interface ReviewsProps {
  slug: string
  title: string
  rating: ReviewPage['rating']
  /** As the address of the page says. */
  filter: ReviewFilter
}

export function ReviewsContent({ slug, title, rating, filter }: ReviewsProps) {
  const navigate = useNavigate()
  const mine = useQuery(myReviewQuery(slug)).data

  function change({ stars, order }: ReviewFilter) {
    navigate({
      to: '.',
      search: (search) => ({ ...search, stars: stars ? String(stars) : undefined, order }),
      replace: true,
      resetScroll: false,
    })
  }

  return (
    <div className="grid items-start gap-x-14 gap-y-10 md:grid-cols-[18rem_1fr]">
      <div className="grid gap-8">
        {rating.count > 0 && (
          <RatingSummary
            rating={rating}
            stars={filter.stars}
            onChoose={(stars) => change({ ...filter, stars: stars === filter.stars ? undefined : stars })}
          />
        )}
        <WriteReview slug={slug} title={title} mine={mine ?? undefined} isFirst={rating.count === 0} />
      </div>
      {rating.count > 0 && <Written slug={slug} filter={filter} onChange={change} />}
    </div>
  )
}

interface WrittenProps {
  slug: string
  filter: ReviewFilter
  onChange: (filter: ReviewFilter) => void
}

function Written({ slug, filter, onChange }: WrittenProps) {
  const { t } = useLingui()
  const query = useInfiniteQuery(reviewsQuery(slug, filter))
  if (query.error && !query.isFetchNextPageError) {
    return <ErrorState error={query.error} title={t`We could not load the reviews.`} retry={() => query.refetch()} />
  }
  if (!query.data) return <Placeholder />

  const reviews = query.data.pages.flatMap(({ items }) => items)
  const total = query.data.pages[0]?.total ?? 0
  const orders: Record<Order, string> = {
    newest: t`Newest first`,
    helpful: t`Most helpful`,
    highest: t`Best rating first`,
    lowest: t`Worst rating first`,
  }
  return (
    <div className="grid min-w-0 gap-2">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p role="status" className="text-soft">
          {t`${plural(total, { one: '# review', other: '# reviews' })}`}
        </p>
        <label htmlFor="reviews-order" className="sr-only">{t`Order of reviews`}</label>
        <Select
          id="reviews-order"
          value={filter.order ?? 'newest'}
          onChange={(event) => {
            const order = ORDERS.find((known) => known === event.target.value)
            onChange({ ...filter, order: order === 'newest' ? undefined : order })
          }}
          className="bg-transparent"
        >
          {ORDERS.map((order) => (
            <option key={order} value={order}>
              {orders[order]}
            </option>
          ))}
        </Select>
      </div>
      {reviews.length === 0 && (
        <p className="py-6 text-soft">
          <Trans>Nobody gave it so many stars.</Trans>{' '}
          <button
            type="button"
            className="min-h-11 text-ink underline underline-offset-4"
            onClick={() => onChange({ ...filter, stars: undefined })}
          >
            <Trans>Show all reviews</Trans>
          </button>
        </p>
      )}
      <ul className={query.isPlaceholderData ? 'opacity-50' : ''}>
        {reviews.map((review) => (
          <li key={review.id} className="border-line border-t">
            <ReviewItem review={review} />
          </li>
        ))}
      </ul>
      <LoadMore
        shown={reviews.length}
        total={total}
        hasMore={query.hasNextPage}
        busy={query.isFetchingNextPage}
        onMore={() => query.fetchNextPage()}
      />
    </div>
  )
}

function Placeholder() {
  return (
    <Loading className="grid gap-6">
      <Skeleton className="h-24" />
      <Skeleton className="h-24" />
      <Skeleton className="h-24" />
    </Loading>
  )
}
