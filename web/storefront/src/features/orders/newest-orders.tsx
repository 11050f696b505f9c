// Owns the newest orders on the account's first page.
import { Trans, useLingui } from '@lingui/react/macro'
import { ButtonLink } from '@rialto/ui/button.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ordersQuery } from './api.ts'
import { OrderCard } from './order-card.tsx'

const SHOWN = 2

export function NewestOrders() {
  const { t } = useLingui()
  const newest = useInfiniteQuery(ordersQuery({ limit: SHOWN }))
  const orders = newest.data?.pages[0]?.items
  return (
    <section className="grid gap-4" aria-labelledby="newest-orders">
      <div className="flex items-baseline justify-between gap-4">
        <h2 id="newest-orders" className="text-xl">
          <Trans>Latest orders</Trans>
        </h2>
        {orders && orders.length > 0 && (
          <Link to="/account/orders" className="py-2 underline underline-offset-4 hover:text-accent">
            <Trans>All orders</Trans>
          </Link>
        )}
      </div>
      {newest.error && (
        <ErrorState error={newest.error} title={t`Your orders could not be loaded`} retry={() => newest.refetch()} />
      )}
      {newest.isPending && (
        <Loading>
          <Skeleton className="h-44 rounded-card" />
        </Loading>
      )}
      {orders?.map((order) => (
        <OrderCard key={order.id} order={order} />
      ))}
      {orders?.length === 0 && (
        <div className="grid justify-items-start gap-4 rounded-card border border-line border-dashed p-6">
          <p className="text-soft">
            <Trans>What you order appears here, with its way to you.</Trans>
          </p>
          <ButtonLink to="/" tone="outline">
            <Trans>Look around</Trans>
          </ButtonLink>
        </div>
      )}
    </section>
  )
}
