// Owns the page for addresses that lead nowhere.
import { Trans, useLingui } from '@lingui/react/macro'
import { ButtonLink } from '@rialto/ui/button.tsx'
import { useDocumentTitle } from '@rialto/ui/use-document-title.ts'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { categoriesQuery } from '#features/catalog/api.ts'
import { shopName } from '#lib/shop.ts'

export function NotFoundPage() {
  const { t } = useLingui()
  const categories = useQuery(categoriesQuery).data?.items ?? []
  useDocumentTitle(t`Page not found`, shopName)
  return (
    <div className="page grid max-w-2xl justify-items-start gap-5 py-16">
      <h1 className="text-4xl">
        <Trans>There is nothing at this address</Trans>
      </h1>
      <p className="text-lg text-soft">
        <Trans>
          The page may have moved, or what was sold here is no longer offered. Search for it above, or begin here:
        </Trans>
      </p>
      <ul className="flex flex-wrap gap-x-5">
        {categories.map((category) => (
          <li key={category.id}>
            <Link
              to="/c/$slug"
              params={{ slug: category.slug }}
              className="inline-flex min-h-11 items-center underline underline-offset-4 hover:text-accent"
            >
              {category.title}
            </Link>
          </li>
        ))}
      </ul>
      <ButtonLink to="/">
        <Trans>Go to the first page</Trans>
      </ButtonLink>
    </div>
  )
}
