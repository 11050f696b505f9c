// Owns the page of one order: goods, parcels and money at the start of the line, people and facts at its end.
import { Trans, useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { DateTime, RelativeTime } from '@rialto/ui/date-time.tsx'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { ObjectFacts } from '#lib/object-facts.tsx'
import { Page } from '#lib/page.tsx'
import { useMay } from '#lib/session.ts'
import { Timeline } from '#lib/timeline.tsx'
import { orderQuery } from './api.ts'
import { CancelDialog } from './cancel-dialog.tsx'
import { FulfilDialog } from './fulfil-dialog.tsx'
import { refundable, toShip } from './legal.ts'
import { MailsCard } from './mails-card.tsx'
import { NoteForm } from './note-form.tsx'
import { type OpenDialog, OrderActions } from './order-actions.tsx'
import { OrderLines } from './order-lines.tsx'
import { OrderPeople } from './order-people.tsx'
import { OrderProblems } from './order-problems.tsx'
import { OrderSums } from './order-sums.tsx'
import { paymentsQuery } from './payment-api.ts'
import { PaymentsCard } from './payments-card.tsx'
import { RefundDialog } from './refund-dialog.tsx'
import { shipmentsQuery } from './shipment-api.ts'
import { ShipmentsCard } from './shipments-card.tsx'
import { FulfillmentBadge, OrderBadge, PaymentBadge } from './status-badges.tsx'
import { useHappenings } from './use-happenings.tsx'

interface OrderPageProps {
  id: string
  /** The order's returns; they are another feature's. */
  returns: ReactNode
}

export function OrderPage({ id, returns }: OrderPageProps) {
  const { t } = useLingui()
  const may = useMay()
  const { data: order } = useSuspenseQuery(orderQuery(id))
  const shipments = useQuery({ ...shipmentsQuery(id), enabled: may('shipping:read') })
  const payments = useQuery({ ...paymentsQuery(id), enabled: may('payments:read') })
  const happenings = useHappenings(order)
  const [open, setOpen] = useState<OpenDialog>()
  const waiting = toShip(order, shipments.data?.items ?? [])
  const sources = refundable(payments.data ?? [])
  const close = () => setOpen(undefined)

  return (
    <Page
      title={order.number}
      above={[{ label: t`Orders`, link: { to: '/orders' } }]}
      actions={<OrderActions order={order} waiting={waiting} refundable={sources} onOpen={setOpen} />}
    >
      <div className="flex flex-wrap items-center gap-2">
        <OrderBadge status={order.status} />
        <PaymentBadge status={order.payment_status} />
        <FulfillmentBadge status={order.fulfillment_status} />
        <span className="text-soft">
          <DateTime at={order.created_at} options={{ dateStyle: 'medium', timeStyle: 'short' }} />
          {order.status === 'pending' && order.expires_at && (
            <>
              {' · '}
              <Trans>
                cancelled <RelativeTime at={order.expires_at} /> unless it is paid
              </Trans>
            </>
          )}
        </span>
      </div>
      <OrderProblems order={order} />
      <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[minmax(0,2fr)_minmax(18rem,1fr)]">
        <div className="grid grid-cols-1 gap-5">
          <OrderLines order={order} />
          <ShipmentsCard order={order} onFulfil={(shipment) => setOpen({ fulfil: shipment })} />
          <OrderSums order={order} />
          <PaymentsCard orderId={id} />
          {returns}
          <Card title={t`What happened`}>
            <NoteForm orderId={id} />
            <Timeline happenings={happenings} />
          </Card>
        </div>
        <div className="grid grid-cols-1 gap-5">
          <OrderPeople order={order} />
          <MailsCard orderId={id} />
          <ObjectFacts object={order} path={`/orders/${id}`} />
        </div>
      </div>
      {open === 'cancel' && <CancelDialog order={order} onClose={close} />}
      {typeof open === 'object' && 'refund' in open && (
        <RefundDialog order={order} payments={open.refund} onClose={close} />
      )}
      {typeof open === 'object' && 'fulfil' in open && <FulfilDialog shipment={open.fulfil} onClose={close} />}
    </Page>
  )
}
