// Owns the first page of a shop that sells nothing yet: it tells shoppers to come back, and whoever runs it how to begin.
import { Trans } from '@lingui/react/macro'
import { ButtonHref } from '@rialto/ui/button.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { PackageOpen } from 'lucide-react'
import { shopName } from '#lib/shop.ts'

export function EmptyShop() {
  return (
    <div className="page grid gap-2 pt-10 pb-20">
      <h1 className="sr-only">{shopName}</h1>
      <EmptyState
        icon={PackageOpen}
        title={<Trans>Nothing is for sale yet</Trans>}
        action={
          <ButtonHref href="/admin/products/new" tone="outline">
            <Trans>Add the first product</Trans>
          </ButtonHref>
        }
      >
        <p>
          <Trans>This shop has just opened. Its products will stand here as soon as the first one is published.</Trans>
        </p>
        <p className="mt-3">
          <Trans>
            Is it yours? Add a product in the admin, or read a file of products with{' '}
            <code className="text-ink">rialto import</code>.
          </Trans>
        </p>
      </EmptyState>
    </div>
  )
}
