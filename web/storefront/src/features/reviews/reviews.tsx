// Owns what people say of a product, on its page. It stands far down, and comes when somebody is near.
import { Trans } from '@lingui/react/macro'
import { Suspense } from 'react'
import { lazyPart } from '#lib/lazy-part.ts'
import { useNearView } from '#lib/use-near-view.ts'
import type { ReviewsProps } from './reviews-content.tsx'

const Content = lazyPart(() => import('./reviews-content.tsx'), 'ReviewsContent')

export function Reviews(props: ReviewsProps) {
  const { ref, isNear } = useNearView<HTMLElement>()
  const space = <div className="min-h-96" />
  return (
    <section ref={ref} id="reviews" aria-labelledby="reviews-title" className="grid scroll-mt-8 gap-8">
      <h2 id="reviews-title" className="text-2xl sm:text-3xl">
        <Trans>What people say</Trans>
      </h2>
      {isNear ? (
        <Suspense fallback={space}>
          <Content {...props} />
        </Suspense>
      ) : (
        space
      )}
    </section>
  )
}
