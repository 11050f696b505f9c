// Owns the page of a category: where it is in the shop, what is below it, and its products.
import { Trans, useLingui } from '@lingui/react/macro'
import { Breadcrumb } from '@rialto/ui/breadcrumb.tsx'
import { useDocumentTitle } from '@rialto/ui/use-document-title.ts'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type SearchParams, text } from '#lib/search-params.ts'
import { shopName } from '#lib/shop.ts'
import { type Category, categoriesQuery, findCategory } from './api.ts'
import { NothingFound, NothingWithFilters } from './list-parts.ts'
import { filtersOf } from './list-search.ts'
import { Listing, ProductCount } from './listing.tsx'
import { useList } from './use-list.ts'

export function CategoryPage({ slug, search }: { slug: string; search: SearchParams }) {
  const { t } = useLingui()
  const { data: categories } = useSuspenseQuery(categoriesQuery)
  const list = useList(search, slug)
  const category = findCategory(categories.items, slug)
  const title = category?.title ?? slug
  useDocumentTitle(title, shopName)

  const above = category?.breadcrumbs.slice(0, -1) ?? []
  return (
    <div className="page grid gap-6 pt-6 pb-24">
      <Breadcrumb
        crumbs={[
          { label: t`Home`, link: { to: '/' } },
          ...above.map((part) => ({
            label: part.title,
            link: { to: '/c/$slug', params: { slug: part.slug } } as const,
          })),
          { label: title },
        ]}
      />
      <header className="grid max-w-2xl gap-2">
        <h1 className="text-4xl font-medium sm:text-5xl">{title}</h1>
        {category?.description && (
          <p className="text-lg text-soft">
            <bdi>{category.description}</bdi>
          </p>
        )}
        <ProductCount list={list} />
      </header>
      {category && category.children.length > 0 && <Below categories={category.children} />}
      <Listing
        list={list}
        empty={
          filtersOf(search).length > 0 ? (
            <NothingWithFilters list={list} />
          ) : (
            <NothingFound title={<Trans>Nothing in this category yet</Trans>}>
              {text(search['q']) ? (
                <Link to="/search" search={{ q: text(search['q']) }} className="underline underline-offset-4">
                  <Trans>Search for “{text(search['q'])}” everywhere</Trans>
                </Link>
              ) : (
                <Trans>Look into another one, or search for what you need.</Trans>
              )}
            </NothingFound>
          )
        }
      />
    </div>
  )
}

function Below({ categories }: { categories: readonly Category[] }) {
  const { t } = useLingui()
  return (
    <nav aria-label={t`Below this category`}>
      <ul className="flex flex-wrap gap-2">
        {categories.map((category) => (
          <li key={category.id}>
            <Link
              to="/c/$slug"
              params={{ slug: category.slug }}
              className="inline-flex min-h-11 items-center gap-2 rounded-control border border-line bg-card px-4 font-medium transition-colors hover:border-ink"
            >
              {category.title}
              <span className="text-sm font-normal text-soft">{category.product_count}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
