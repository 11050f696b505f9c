// Owns the first page: what is sold here, where to begin, what arrived last and what people like.
import { Trans, useLingui } from '@lingui/react/macro'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { useDocumentTitle } from '@rialto/ui/use-document-title.ts'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowRight } from 'lucide-react'
import type { ReactNode } from 'react'
import type { SearchParams } from '#lib/search-params.ts'
import { shopName } from '#lib/shop.ts'
import { useNearView } from '#lib/use-near-view.ts'
import { bestRatedQuery, categoriesQuery, newestQuery, type Product } from './api.ts'
import { EmptyShop } from './empty-shop.tsx'
import { HomeCategories } from './home-categories.tsx'
import { HomeWelcome, PICTURES } from './home-welcome.tsx'
import { ProductGrid, ProductGridSkeleton } from './product-grid.tsx'
import { Promises } from './promises.tsx'

const NEW_SHOWN = 8
const BEST_SHOWN = 4

export function HomePage() {
  const { data: categories } = useSuspenseQuery(categoriesQuery)
  const { data: newest } = useSuspenseQuery(newestQuery)
  useDocumentTitle('', shopName)

  if (newest.items.length === 0) return <EmptyShop />
  // What stands in the welcome already is not repeated, unless there is little else.
  const fresh = newest.items.length > NEW_SHOWN ? newest.items.slice(PICTURES) : newest.items
  return (
    <>
      <HomeWelcome products={newest.items} />
      <Promises />
      <div className="grid gap-20 pt-16 pb-24 sm:gap-28 sm:pt-24">
        <HomeCategories categories={categories.items} />
        <Shelf title={<Trans>New in the shop</Trans>} all={{ sort: 'newest' }}>
          <ProductGrid products={fresh.slice(0, NEW_SHOWN)} />
        </Shelf>
        <BestRated except={newest.items} />
      </div>
    </>
  )
}

/** It stands far down, and comes when somebody is near. */
function BestRated({ except }: { except: readonly Product[] }) {
  const { ref, isNear } = useNearView<HTMLDivElement>()
  const { data, error, refetch } = useQuery({ ...bestRatedQuery, enabled: isNear })
  const { t } = useLingui()
  // What stands above is not repeated, unless there is nothing else.
  const rated = data?.items.filter((product) => product.rating.count > 0)
  const others = rated?.filter(({ id }) => !except.some((product) => product.id === id))
  const shown = (others && others.length >= BEST_SHOWN ? others : rated)?.slice(0, BEST_SHOWN)
  if (shown?.length === 0) return null
  return (
    <div ref={ref}>
      <Shelf title={<Trans>Liked best by those who bought it</Trans>} all={{ sort: 'rating' }}>
        {error && <ErrorState error={error} title={t`We could not load these products.`} retry={() => refetch()} />}
        {!error && (shown ? <ProductGrid products={shown} /> : <ProductGridSkeleton count={BEST_SHOWN} />)}
      </Shelf>
    </div>
  )
}

function Shelf({ title, all, children }: { title: ReactNode; all: SearchParams; children: ReactNode }) {
  return (
    <section className="page grid gap-8">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <h2 className="text-2xl sm:text-3xl">{title}</h2>
        <Link
          to="/search"
          search={all}
          className="inline-flex min-h-11 items-center gap-1.5 font-medium hover:underline hover:underline-offset-4"
        >
          <Trans>See all</Trans>
          <Icon of={ArrowRight} size={18} mirrored />
        </Link>
      </div>
      {children}
    </section>
  )
}
