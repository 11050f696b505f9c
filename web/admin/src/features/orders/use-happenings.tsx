// Owns the story of an order: its own history with what parcels, payments and messages add to it.
import { useLingui } from '@lingui/react/macro'
import { useQuery } from '@tanstack/react-query'
import { CircleAlert, CreditCard, Flag, Mail, PackageCheck, Truck, Undo2 } from 'lucide-react'
import { useMay } from '#lib/session.ts'
import type { Happening } from '#lib/timeline.tsx'
import { Actor } from './actor.tsx'
import type { OrderDetail } from './api.ts'
import { mailsQuery } from './mail-api.ts'
import { paymentsQuery } from './payment-api.ts'
import { shipmentsQuery } from './shipment-api.ts'
import { useDeclineWords } from './use-decline-words.ts'
import { useHistoryWords } from './use-history-words.tsx'

export function useHappenings(order: OrderDetail): Happening[] {
  const { t } = useLingui()
  const may = useMay()
  const decline = useDeclineWords()
  const history = useHistoryWords()
  const shipments = useQuery({ ...shipmentsQuery(order.id), enabled: may('shipping:read') })
  const payments = useQuery({ ...paymentsQuery(order.id), enabled: may('payments:read') })
  const mails = useQuery({ ...mailsQuery(order.id), enabled: may('notifications:read') })

  return [
    ...order.history.map((entry, index) => ({
      key: `history ${index}`,
      at: entry.at,
      icon: iconOf(entry.kind),
      ...history(entry),
      actor: <Actor actor={entry.actor} />,
    })),
    ...(payments.data ?? [])
      .flatMap(({ attempts }) => attempts)
      .filter(({ error_code: code }) => code)
      .map((attempt) => ({
        key: attempt.id,
        at: attempt.updated_at,
        icon: CreditCard,
        title: t`An attempt to pay was refused`,
        detail: decline(attempt.error_code ?? '', attempt.decline_code),
      })),
    ...(shipments.data?.items ?? []).flatMap((shipment) => {
      const { id, shipped_at: shippedAt, delivered_at: deliveredAt, carrier, tracking_number: tracking } = shipment
      const pieces = shipment.items.map(({ title, quantity }) => `${quantity} × ${title}`).join(', ')
      return [
        shippedAt && {
          key: `${id} shipped`,
          at: shippedAt,
          icon: Truck,
          title: t`Handed to ${carrier}: ${pieces}`,
          detail: tracking,
        },
        deliveredAt && { key: `${id} delivered`, at: deliveredAt, icon: PackageCheck, title: t`Arrived: ${pieces}` },
      ].filter((entry) => typeof entry === 'object' && entry !== null)
    }),
    ...(mails.data?.items ?? []).map((mail) => ({
      key: mail.id,
      at: mail.sent_at ?? mail.created_at,
      icon: Mail,
      title: t`Message: ${mail.subject}`,
      detail: mail.to,
    })),
  ]
}

function iconOf(kind: string) {
  if (kind.startsWith('payment') || kind.startsWith('refund')) return CreditCard
  if (kind.startsWith('return')) return Undo2
  if (kind.startsWith('dispute') || kind.startsWith('problem')) return CircleAlert
  return Flag
}
