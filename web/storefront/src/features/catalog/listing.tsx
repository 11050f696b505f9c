// Owns a list of products with what narrows and orders it: on a category's page and on that of a search. The gateway
// writes its first screen (services/gateway/pages/list.html).
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { LoadMore } from '@rialto/ui/load-more.tsx'
import { useMediaQuery } from '@rialto/ui/use-media-query.ts'
import { type ReactNode, Suspense } from 'react'
import { FilterChips } from './filter-chips.tsx'
import { FilterSheet } from './filter-sheet.tsx'
import { BESIDE_LIST, FacetGroups } from './list-parts.ts'
import { filtersOf } from './list-search.ts'
import { ProductGrid, ProductGridSkeleton } from './product-grid.tsx'
import { QuickFilters } from './quick-filters.tsx'
import { SortSelect } from './sort-select.tsx'
import type { List } from './use-list.ts'

interface ListingProps {
  list: List
  /** What to say when there is nothing. */
  empty: ReactNode
}

export function Listing({ list, empty }: ListingProps) {
  const { t } = useLingui()
  const { first, error } = list
  const isWide = useMediaQuery(BESIDE_LIST)
  if (error && !first) {
    return <ErrorState error={error} title={t`We could not load these products.`} retry={() => list.refetch()} />
  }
  // An empty list that nothing was filtered out of has nothing to filter.
  if (first?.total === 0 && filtersOf(list.search).length === 0) return <Suspense>{empty}</Suspense>
  return (
    <div className="grid items-start gap-x-10 lg:grid-cols-[15rem_1fr]">
      <section className="hidden lg:block" aria-labelledby="filters">
        <h2 id="filters" className="sr-only">
          <Trans>Filter</Trans>
        </h2>
        {first && isWide && (
          <Suspense>
            <FacetGroups list={list} facets={first.facets} />
          </Suspense>
        )}
      </section>
      <section className="grid min-w-0 grid-cols-1 gap-5" aria-labelledby="products">
        <h2 id="products" className="sr-only">
          <Trans>Products</Trans>
        </h2>
        <div className="flex items-start justify-between gap-3 max-lg:flex-wrap">
          <FilterSheet list={list} />
          <div className="min-w-0 max-lg:order-last max-lg:basis-full">
            {first && <QuickFilters list={list} facets={first.facets} />}
          </div>
          <SortSelect list={list} />
        </div>
        <FilterChips list={list} />
        <Results list={list} empty={empty} />
      </section>
    </div>
  )
}

function Results({ list, empty }: ListingProps) {
  const { t } = useLingui()
  const { first, products, error } = list
  if (error && !list.isReadingMore) {
    return <ErrorState error={error} title={t`We could not load these products.`} retry={() => list.refetch()} />
  }
  if (!first) return <ProductGridSkeleton count={6} width="narrow" />
  if (products.length === 0) return <Suspense>{empty}</Suspense>
  return (
    <div aria-busy={list.isLate} className={`transition-opacity ${list.isLate ? 'opacity-50' : ''}`}>
      <ProductGrid products={products} width="narrow" atTop />
      <LoadMore
        shown={products.length}
        total={first.total}
        hasMore={list.hasMore}
        busy={list.isReadingMore}
        onMore={list.more}
      />
    </div>
  )
}

/** How many there are; says so whenever that changes. */
export function ProductCount({ list }: { list: List }) {
  const { t } = useLingui()
  const total = list.first?.total
  return (
    <p role="status" className="min-h-6 text-soft">
      {total !== undefined && t`${plural(total, { one: '# product', other: '# products' })}`}
    </p>
  )
}
