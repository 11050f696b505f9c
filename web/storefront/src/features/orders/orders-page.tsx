// Owns the list of a person's orders: found by number, looked into, bought again.
import { Trans, useLingui } from '@lingui/react/macro'
import { ButtonLink } from '@rialto/ui/button.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { LoadMore } from '@rialto/ui/load-more.tsx'
import { useSuspenseInfiniteQuery } from '@tanstack/react-query'
import { Package, SearchX } from 'lucide-react'
import { AccountHeading } from '#lib/account-heading.tsx'
import { ordersQuery } from './api.ts'
import type { BuyAgain } from './buy-again.ts'
import { OrderCard } from './order-card.tsx'
import { OrderSearch } from './order-search.tsx'

interface OrdersPageProps {
  number: string | undefined
  buyAgain: BuyAgain
}

export function OrdersPage({ number, buyAgain }: OrdersPageProps) {
  const { t } = useLingui()
  const list = useSuspenseInfiniteQuery(ordersQuery({ number }))
  const orders = list.data.pages.flatMap(({ items }) => items)
  const isNew = orders.length === 0 && !number
  return (
    <>
      <AccountHeading title={t`Orders`} action={!isNew && <OrderSearch number={number} />} />
      {isNew && (
        <EmptyState icon={Package} title={t`No orders yet`} action={<ButtonLink to="/">{t`Look around`}</ButtonLink>}>
          <Trans>What you order appears here, with its way to you.</Trans>
        </EmptyState>
      )}
      {orders.length === 0 && number && (
        <EmptyState
          icon={SearchX}
          title={t`No order with the number ${number}`}
          action={<ButtonLink to="/account/orders" tone="outline">{t`Show all orders`}</ButtonLink>}
        >
          <Trans>Numbers look like R-4F7K-2M9D and stand in every letter about an order.</Trans>
        </EmptyState>
      )}
      <ul className="grid gap-4">
        {orders.map((order) => (
          <li key={order.id}>
            <OrderCard order={order} buyAgain={buyAgain} />
          </li>
        ))}
      </ul>
      <LoadMore
        shown={orders.length}
        hasMore={list.hasNextPage}
        busy={list.isFetchingNextPage}
        onMore={() => list.fetchNextPage()}
      />
    </>
  )
}
