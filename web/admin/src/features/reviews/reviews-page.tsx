// Owns the queue of reviews: deciding by keys, by buttons, or many at once.
import { useLingui } from '@lingui/react/macro'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { ErrorState, useExplain } from '@rialto/ui/error-state.tsx'
import { LoadMore } from '@rialto/ui/load-more.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { Tabs } from '@rialto/ui/tabs.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { MessageSquareText } from 'lucide-react'
import { useRef, useState } from 'react'
import { FilterChips } from '#lib/list/filter-chips.tsx'
import { Page } from '#lib/page.tsx'
import { type Review, type ReviewFilter, reviewsQuery, STATUSES, useModerate } from './api.ts'
import { BulkBar } from './bulk-bar.tsx'
import { ReviewCard } from './review-card.tsx'
import { REVIEW_WORDS } from './review-words.ts'
import { useReviewKeys } from './use-review-keys.ts'

export function ReviewsPage({ filter }: { filter: ReviewFilter }) {
  const { t, i18n } = useLingui()
  const navigate = useNavigate()
  const say = useToast()
  const explain = useExplain()
  const list = useRef<HTMLUListElement>(null)
  const [replying, setReplying] = useState<string>()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const status = filter.status ?? 'pending'
  const reviews = useInfiniteQuery(reviewsQuery(filter))
  const moderate = useModerate()
  const rows = reviews.data?.pages.flatMap((page) => page.items) ?? []
  const product = filter.product && (rows[0]?.product_title ?? t`one product`)

  function decide(review: Review, decision: 'approved' | 'rejected') {
    if (review.status === decision || moderate.isPending) return
    const other = decision === 'approved' ? 'rejected' : 'approved'
    const next = neighbourOf(list.current, review.id)
    moderate.mutate(
      { id: review.id, status: decision },
      {
        onSuccess: () => {
          // The review leaves this list, and the focus must not leave with it.
          next?.focus()
          say({
            text:
              decision === 'approved'
                ? t`The review of ${review.author} is approved`
                : t`The review of ${review.author} is rejected`,
            action: {
              label: decision === 'approved' ? t`Reject instead` : t`Approve instead`,
              run: () => moderate.mutate({ id: review.id, status: other }),
            },
          })
        },
        onError: (error) => say({ text: t`Nothing was decided. ${explain(error)}` }),
      },
    )
  }

  useReviewKeys(list, {
    a: (id) => withReview(id, (review) => decide(review, 'approved')),
    r: (id) => withReview(id, (review) => decide(review, 'rejected')),
    e: setReplying,
    x: toggle,
  })

  function withReview(id: string, act: (review: Review) => void) {
    const review = rows.find((row) => row.id === id)
    if (review) act(review)
  }

  function toggle(id: string) {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }

  const set = (change: ReviewFilter) => {
    setChosen(new Set())
    return navigate({ to: '/reviews', search: { ...filter, ...change } })
  }

  return (
    <Page title={t`Reviews`}>
      <Tabs
        label={t`Reviews by state`}
        tabs={STATUSES.map((key) => ({ key, label: i18n._(REVIEW_WORDS[key].word) }))}
        value={status}
        onChange={(key) => set({ status: key === 'pending' ? undefined : key })}
      >
        <div className="grid gap-4">
          {product && (
            <FilterChips
              chips={[{ key: 'product', label: product, onRemove: () => set({ product: undefined }) }]}
              onClear={() => set({ product: undefined })}
            />
          )}
          {rows.length > 0 && (
            <p className="text-sm text-soft max-md:hidden">
              {t`Keys: j and k go through the list, a approves, r rejects, e writes a reply, x chooses.`}
            </p>
          )}
          <BulkBar reviews={rows.filter(({ id }) => chosen.has(id))} onDone={() => setChosen(new Set())} />
          {reviews.error && (
            <ErrorState
              error={reviews.error}
              title={t`The reviews could not be loaded`}
              retry={() => reviews.refetch()}
            />
          )}
          {reviews.isPending && (
            <Loading>
              <Skeleton className="h-96 rounded-card" />
            </Loading>
          )}
          {reviews.data && rows.length === 0 && (
            <EmptyState
              icon={MessageSquareText}
              title={status === 'pending' ? t`No review waits for you` : t`No reviews here`}
            >
              {status === 'pending' && t`What buyers write appears here before anyone else sees it.`}
            </EmptyState>
          )}
          <ul ref={list} className="grid gap-4">
            {rows.map((review) => (
              <li key={review.id}>
                <ReviewCard
                  review={review}
                  isChosen={chosen.has(review.id)}
                  isReplying={replying === review.id}
                  onChoose={() => toggle(review.id)}
                  onDecide={(decision) => decide(review, decision)}
                  onReply={(open) => setReplying(open ? review.id : undefined)}
                />
              </li>
            ))}
          </ul>
          <LoadMore
            shown={rows.length}
            hasMore={reviews.hasNextPage}
            busy={reviews.isFetchingNextPage}
            onMore={() => reviews.fetchNextPage()}
          />
        </div>
      </Tabs>
    </Page>
  )
}

/** The card after this one, or else the one before. */
function neighbourOf(list: HTMLElement | null, id: string): HTMLElement | undefined {
  const cards = [...(list?.querySelectorAll<HTMLElement>('[data-review]') ?? [])]
  const at = cards.findIndex((card) => card.dataset['review'] === id)
  return cards[at + 1] ?? cards[at - 1]
}
