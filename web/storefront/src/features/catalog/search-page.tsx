// Owns the page of search results, and of all products when nothing was searched for.
import { Trans, useLingui } from '@lingui/react/macro'
import { useDocumentTitle } from '@rialto/ui/use-document-title.ts'
import { Link } from '@tanstack/react-router'
import { type SearchParams, text } from '#lib/search-params.ts'
import { shopName } from '#lib/shop.ts'
import { NothingFound, NothingWithFilters } from './list-parts.ts'
import { filtersOf } from './list-search.ts'
import { Listing, ProductCount } from './listing.tsx'
import { useList } from './use-list.ts'

export function SearchPage({ search }: { search: SearchParams }) {
  const { t } = useLingui()
  const list = useList(search)
  const query = text(search['q'])
  const title = query ? t`Results for “${query}”` : t`All products`
  useDocumentTitle(title, shopName)
  const correction = list.first?.correction
  return (
    <div className="page grid gap-6 pt-8 pb-24">
      <header className="grid max-w-2xl gap-2">
        <h1 className="text-3xl font-medium sm:text-4xl">{title}</h1>
        <ProductCount list={list} />
        {correction && (
          <p className="text-soft">
            <Trans>
              Shown for <strong className="text-ink">{correction}</strong>, which is close to what you typed.
            </Trans>
          </p>
        )}
      </header>
      <Listing
        list={list}
        empty={
          filtersOf(search).length > 0 ? (
            <NothingWithFilters list={list} />
          ) : (
            <NothingFound title={<Trans>Nothing matches “{query}”</Trans>}>
              <p>
                <Trans>
                  Try fewer or other words, look into a category, or{' '}
                  <Link to="/help" className="text-ink underline underline-offset-4">
                    ask us
                  </Link>
                  .
                </Trans>
              </p>
            </NothingFound>
          )
        }
      />
    </div>
  )
}
