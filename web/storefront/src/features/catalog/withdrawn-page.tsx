// Owns the page of a product that is sold no more: it says so, and shows what there is instead.
import { Trans, useLingui } from '@lingui/react/macro'
import { ButtonLink } from '@rialto/ui/button.tsx'
import { useDocumentTitle } from '@rialto/ui/use-document-title.ts'
import { useQuery } from '@tanstack/react-query'
import { shopName } from '#lib/shop.ts'
import { bestRatedQuery, relatedQuery } from './api.ts'
import { ProductGrid } from './product-grid.tsx'

export function WithdrawnPage({ category }: { category: string | undefined }) {
  const { t } = useLingui()
  useDocumentTitle(t`No longer sold`, shopName)
  const instead = useQuery(category ? relatedQuery(category) : bestRatedQuery).data?.items.slice(0, 8) ?? []
  return (
    <div className="page grid gap-14 pt-12 pb-24">
      <header className="grid max-w-2xl justify-items-start gap-4">
        <h1 className="text-3xl font-medium sm:text-4xl">
          <Trans>We no longer sell this</Trans>
        </h1>
        <p className="text-lg text-soft">
          <Trans>It was here once, and it will not come back. These may serve you instead.</Trans>
        </p>
        {category && (
          <ButtonLink to="/c/$slug" params={{ slug: category }}>
            <Trans>Look into its category</Trans>
          </ButtonLink>
        )}
      </header>
      {instead.length > 0 && (
        <section className="grid gap-8">
          <h2 className="text-2xl">
            <Trans>What there is instead</Trans>
          </h2>
          <ProductGrid products={instead} />
        </section>
      )}
    </div>
  )
}
