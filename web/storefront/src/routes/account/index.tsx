// The account's first page.
import { createFileRoute } from '@tanstack/react-router'
import { OverviewPage } from '#features/account/overview-page.tsx'
import { NewestOrders } from '#features/orders/newest-orders.tsx'

export const Route = createFileRoute('/account/')({ component: OverviewRoute })

function OverviewRoute() {
  return <OverviewPage orders={<NewestOrders />} />
}
