// Owns the answer to a list without products: which filter to take off, what else to look for, whom to ask.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { SearchX } from 'lucide-react'
import type { ReactNode } from 'react'
import { bestRatedQuery, categoriesQuery } from './api.ts'
import { useFilterWords } from './filter-chips.tsx'
import { cleared, filtersOf, toggled } from './list-search.ts'
import { ProductGrid } from './product-grid.tsx'
import type { List } from './use-list.ts'

/** So many products are shown to those who found nothing. */
const LIKED = 4

export function NothingWithFilters({ list }: { list: List }) {
  const words = useFilterWords(list)
  const filters = filtersOf(list.search)
  return (
    <EmptyState
      icon={SearchX}
      title={<Trans>Nothing is all of this</Trans>}
      action={
        <Button onClick={() => list.change(cleared(list.search))}>
          <Trans>Clear all filters</Trans>
        </Button>
      }
    >
      <p>
        <Trans>Take off one of the filters, and there may be something:</Trans>
      </p>
      <ul className="mt-3 flex flex-wrap justify-center gap-2">
        {filters.map((filter) => (
          <li key={`${filter.name}=${filter.value}`}>
            <Button tone="outline" size="small" onClick={() => list.change(toggled(list.search, filter))}>
              <Trans>Without “{words(filter)}”</Trans>
            </Button>
          </li>
        ))}
      </ul>
    </EmptyState>
  )
}

export function NothingFound({ title, children }: { title: ReactNode; children: ReactNode }) {
  const { t } = useLingui()
  const categories = useQuery(categoriesQuery).data?.items ?? []
  const liked = useQuery(bestRatedQuery).data?.items.slice(0, LIKED) ?? []
  return (
    <div className="grid gap-12">
      <EmptyState icon={SearchX} title={title}>
        {children}
      </EmptyState>
      <nav aria-label={t`Categories to look into`} className="-mt-10">
        <ul className="flex flex-wrap justify-center gap-2">
          {categories.map((category) => (
            <li key={category.id}>
              <Link
                to="/c/$slug"
                params={{ slug: category.slug }}
                className="inline-flex min-h-11 items-center rounded-full border border-edge px-5 hover:border-ink hover:bg-sunken"
              >
                {category.title}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {liked.length > 0 && (
        <section className="grid gap-6">
          <h2 className="text-2xl">
            <Trans>What others like</Trans>
          </h2>
          <ProductGrid products={liked} />
        </section>
      )}
    </div>
  )
}
