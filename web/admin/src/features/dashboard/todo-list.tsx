// Owns what waits for a person: each line leads to the list that shows just that.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useQuery } from '@tanstack/react-query'
import { Link, type LinkProps } from '@tanstack/react-router'
import { ChevronRight, CircleCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { useMay } from '#lib/session.ts'
import { disputesDueQuery, eventsParkedQuery, reviewsWaitingQuery, todoQuery } from './api.ts'

interface Todo {
  key: string
  count: number
  words: ReactNode
  link: Pick<LinkProps, 'to' | 'search'>
}

export function TodoList() {
  const { t } = useLingui()
  const may = useMay()
  const todo = useQuery(todoQuery)
  const disputes = useQuery({ ...disputesDueQuery, enabled: may('payments:read') })
  const reviews = useQuery({ ...reviewsWaitingQuery, enabled: may('reviews:moderate') })
  const events = useQuery({ ...eventsParkedQuery, enabled: may('events:read') })
  const due = disputes.data?.unanswered ?? 0
  const waiting = reviews.data?.counts.pending ?? 0
  const parked = events.data?.items.length ?? 0
  const { data } = todo
  const all: Todo[] = data
    ? [
        {
          key: 'fulfil',
          count: data.to_fulfil,
          words: <Plural value={data.to_fulfil} one="# order to fulfil" other="# orders to fulfil" />,
          link: { to: '/orders', search: { status: 'processing' } },
        },
        {
          key: 'problems',
          count: data.problems,
          words: <Plural value={data.problems} one="# order with a problem" other="# orders with a problem" />,
          link: { to: '/orders', search: { problems: true } },
        },
        {
          key: 'requested',
          count: data.returns.requested,
          words: <Plural value={data.returns.requested} one="# return to decide" other="# returns to decide" />,
          link: { to: '/orders/returns', search: { status: 'requested' } },
        },
        {
          key: 'received',
          count: data.returns.received,
          words: <Plural value={data.returns.received} one="# return to inspect" other="# returns to inspect" />,
          link: { to: '/orders/returns', search: { status: 'received' } },
        },
        {
          key: 'inspected',
          count: data.returns.inspected,
          words: <Plural value={data.returns.inspected} one="# return to refund" other="# returns to refund" />,
          link: { to: '/orders/returns', search: { status: 'inspected' } },
        },
        {
          key: 'disputes',
          count: due,
          words: <Plural value={due} one="# dispute to answer" other="# disputes to answer" />,
          link: { to: '/payments/disputes' },
        },
        {
          key: 'events',
          count: parked,
          words: <Plural value={parked} one="# event got stuck" other="# events got stuck" />,
          link: { to: '/settings/events' },
        },
        {
          key: 'reviews',
          count: waiting,
          words: <Plural value={waiting} one="# review to read" other="# reviews to read" />,
          link: { to: '/reviews', search: { status: 'pending' } },
        },
        {
          key: 'pay',
          count: data.to_pay,
          words: <Plural value={data.to_pay} one="# order waits for its money" other="# orders wait for their money" />,
          link: { to: '/orders', search: { status: 'pending' } },
        },
      ]
    : []
  const todos = all.filter(({ count }) => count > 0)
  return (
    <Card title={t`To do`}>
      {todo.error && (
        <ErrorState error={todo.error} title={t`What waits could not be counted`} retry={() => todo.refetch()} />
      )}
      {todo.isPending && (
        <Loading>
          <Skeleton className="h-40" />
        </Loading>
      )}
      {data && todos.length === 0 && (
        <p className="flex items-center gap-2 text-soft">
          <Icon of={CircleCheck} className="text-good" /> <Trans>Nothing waits for you.</Trans>
        </p>
      )}
      <ul className="-mx-3 grid">
        {todos.map(({ key, words, link }) => (
          <li key={key}>
            <Link
              {...(link as LinkProps)}
              className="flex min-h-11 items-center justify-between gap-3 rounded-control px-3 hover:bg-sunken"
            >
              {words} <Icon of={ChevronRight} size={18} mirrored className="text-soft" />
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  )
}
