// Owns the list of products: its filters, what can be changed in place, and the way to a new one.
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { ButtonLink } from '@rialto/ui/button.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { LoadMore } from '@rialto/ui/load-more.tsx'
import { Select } from '@rialto/ui/select.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { PackageOpen } from 'lucide-react'
import { useMemo } from 'react'
import { DataTable } from '#lib/list/data-table.tsx'
import { FilterChips } from '#lib/list/filter-chips.tsx'
import { SavedViews } from '#lib/list/saved-views.tsx'
import { Page } from '#lib/page.tsx'
import { useMay } from '#lib/session.ts'
import { type ProductFilter, productsQuery, SORTS } from '../api.ts'
import { SORT_WORDS, STATUS_WORDS } from '../form/product-words.ts'
import { BulkActions } from './bulk-actions.tsx'
import { CreateButton } from './create-button.tsx'
import { ExportButton } from './export-button.tsx'
import { useProductColumns } from './product-columns.tsx'
import { ProductFilters } from './product-filters.tsx'

export function ProductsPage({ filter }: { filter: ProductFilter }) {
  const { t, i18n } = useLingui()
  const navigate = useNavigate()
  const mayWrite = useMay()('catalog:write')
  const columns = useProductColumns(mayWrite)
  const products = useInfiniteQuery(productsQuery(filter))
  const first = products.data?.pages[0]
  const rows = useMemo(() => products.data?.pages.flatMap((page) => page.items) ?? [], [products.data])

  const set = (change: ProductFilter) => navigate({ to: '/products', search: { ...filter, ...change } })
  const labelOf = (facet: 'category' | 'vendor') =>
    first?.facets[facet].find(({ value }) => value === filter[facet])?.label ?? filter[facet]
  const chips = [
    { key: 'q', label: filter.q && `“${filter.q}”` },
    { key: 'status', label: filter.status && i18n._(STATUS_WORDS[filter.status].word) },
    { key: 'category', label: labelOf('category') },
    { key: 'vendor', label: labelOf('vendor') },
    { key: 'tag', label: filter.tag && t`Tag: ${filter.tag}` },
    { key: 'stock', label: filter.stock && (filter.stock === 'in' ? t`In stock` : t`Sold out`) },
  ].flatMap(({ key, label }) => (label ? [{ key, label, onRemove: () => set({ [key]: undefined }) }] : []))

  const create = mayWrite && <CreateButton />
  return (
    <Page
      title={t`Products`}
      actions={
        <div className="flex flex-wrap items-center gap-2">
          <SavedViews list="products" filter={filter} onChoose={(search) => navigate({ to: '/products', search })} />
          <ExportButton filter={filter} />
          {create}
        </div>
      }
    >
      <ProductFilters filter={filter} facets={first?.facets} onChange={set} />
      <FilterChips chips={chips} onClear={() => navigate({ to: '/products', search: { sort: filter.sort } })} />
      {products.error && (
        <ErrorState
          error={products.error}
          title={t`The products could not be loaded`}
          retry={() => products.refetch()}
        />
      )}
      {products.isPending && (
        <Loading>
          <Skeleton className="h-96 rounded-card" />
        </Loading>
      )}
      {products.data && rows.length === 0 && (
        <EmptyState
          icon={PackageOpen}
          title={chips.length > 0 ? t`No product matches these filters` : t`No products yet`}
          action={
            chips.length === 0 && (
              <div className="flex flex-wrap justify-center gap-3">
                {create}
                <ButtonLink to="/imports" tone="outline">
                  {t`Import a file`}
                </ButtonLink>
              </div>
            )
          }
        >
          {chips.length > 0
            ? t`Take one of the filters away.`
            : t`Create the first one here, or import a file from another shop.`}
        </EmptyState>
      )}
      {first && rows.length > 0 && (
        <>
          <div className="-mb-2 flex flex-wrap items-center justify-between gap-3 text-sm">
            <p role="status" className="text-soft">
              {t`${plural(first.total, { one: '# product', other: '# products' })}`}
              {first.correction && ` · ${t`shown for “${first.correction}”`}`}
            </p>
            <div className="flex items-center gap-2">
              <label htmlFor="products-sort" className="whitespace-nowrap">
                {t`Sort by`}
              </label>
              <Select
                id="products-sort"
                value={filter.sort ?? 'relevance'}
                className="min-h-9!"
                onChange={(event) => set({ sort: SORTS.find((sort) => sort === event.target.value) })}
              >
                {SORTS.map((sort) => (
                  <option key={sort} value={sort}>
                    {i18n._(SORT_WORDS[sort])}
                  </option>
                ))}
              </Select>
            </div>
          </div>
          <DataTable
            caption={t`Products`}
            columns={columns}
            rows={rows}
            rowId={(product) => product.id}
            rowName={(product) => product.title}
            sort={{ keys: { price: 'price' }, value: filter.sort, onChange: (sort) => set({ sort: asSort(sort) }) }}
            bulk={mayWrite ? (chosen, clear) => <BulkActions chosen={chosen} onDone={clear} /> : undefined}
          />
        </>
      )}
      <LoadMore
        shown={rows.length}
        {...(first && { total: first.total })}
        hasMore={products.hasNextPage}
        busy={products.isFetchingNextPage}
        onMore={() => products.fetchNextPage()}
      />
    </Page>
  )
}

function asSort(sort: string): ProductFilter['sort'] {
  return sort === 'price' || sort === '-price' ? sort : undefined
}
