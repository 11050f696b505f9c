// Owns the way of an order from placing it to having it: what happened when, and what comes next.
import { Trans, useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { Check, CircleAlert } from 'lucide-react'
import { DateRange } from '#lib/delivery-dates.tsx'
import type { Order, Tracking } from './api.ts'

type State = 'done' | 'now' | 'later' | 'stopped'

interface Step {
  key: string
  title: string
  at?: string | null | undefined
  state: State
}

export function OrderTimeline({ order, tracking }: { order: Order; tracking: Tracking | undefined }) {
  const { t } = useLingui()
  const steps = useSteps(order, tracking)
  const estimate = order.status === 'delivered' || order.status === 'cancelled' ? undefined : tracking?.estimate
  return (
    <div className="grid gap-5">
      {estimate && (
        <p className="text-lg">
          <Trans>
            Expected{' '}
            <strong className="font-semibold">
              <DateRange from={estimate.earliest} to={estimate.latest} />
            </strong>
          </Trans>
        </p>
      )}
      <ol aria-label={t`What happened to your order`} className="grid sm:auto-cols-fr sm:grid-flow-col">
        {steps.map((step, index) => (
          <TimelineStep key={step.key} step={step} isLast={index === steps.length - 1} />
        ))}
      </ol>
    </div>
  )
}

const DOTS: Record<State, string> = {
  done: 'bg-good text-card',
  now: 'border-2 border-accent bg-card',
  later: 'border border-edge bg-card',
  stopped: 'bg-bad text-card',
}

/** From top to bottom on phones, along the line of reading where there is room. */
function TimelineStep({ step, isLast }: { step: Step; isLast: boolean }) {
  const format = useFormat()
  const line = isLast ? 'bg-transparent' : step.state === 'done' ? 'bg-good' : 'bg-line'
  return (
    <li
      className="grid grid-cols-[1.5rem_1fr] gap-x-4 sm:grid-cols-1 sm:content-start sm:gap-y-3"
      aria-current={step.state === 'now' ? 'step' : undefined}
    >
      <span aria-hidden="true" className="flex flex-col items-center sm:flex-row">
        <span className={`grid size-6 shrink-0 place-items-center rounded-full ${DOTS[step.state]}`}>
          {step.state === 'done' && <Icon of={Check} size={14} />}
          {step.state === 'stopped' && <Icon of={CircleAlert} size={14} />}
        </span>
        <span className={`w-px grow sm:h-px sm:w-auto ${line}`} />
      </span>
      <div className={`pb-5 sm:pe-3 sm:pb-0 ${step.state === 'later' ? 'text-soft' : ''}`}>
        <p className={step.state === 'now' ? 'font-semibold' : 'font-medium'}>{step.title}</p>
        {step.at && (
          <time dateTime={step.at} className="text-sm text-soft">
            {format.date(step.at, { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' })}
          </time>
        )}
      </div>
    </li>
  )
}

function useSteps(order: Order, tracking: Tracking | undefined): Step[] {
  const { t } = useLingui()
  const placed: Step = { key: 'placed', title: t`Order placed`, at: order.created_at, state: 'done' }
  const paid: Step = { key: 'paid', title: t`Payment received`, at: order.paid_at, state: 'done' }
  if (order.status === 'cancelled') {
    const reason = order.history.findLast(({ to }) => to === 'cancelled')?.reason
    const title = reason === 'expired' ? t`Not paid in time, so it was cancelled` : t`Order cancelled`
    const cancelled: Step = { key: 'cancelled', title, at: order.cancelled_at, state: 'stopped' }
    return order.paid_at ? [placed, paid, cancelled] : [placed, cancelled]
  }

  const events = tracking?.events ?? []
  const outAt = events.findLast(({ status }) => status === 'out_for_delivery')?.occurred_at
  const isPartly = order.fulfillment_status === 'partially_shipped'
  const steps: Array<Omit<Step, 'state'> & { done: boolean }> = [
    { ...paid, title: order.paid_at ? paid.title : t`Payment`, done: Boolean(order.paid_at) },
    { key: 'packed', title: t`Packed`, done: order.status === 'shipped' || order.status === 'delivered' },
    {
      key: 'shipped',
      title: isPartly ? t`Partly shipped` : t`Shipped`,
      at: order.shipped_at,
      done: Boolean(order.shipped_at) && !isPartly,
    },
    { key: 'out', title: t`Out for delivery`, at: outAt, done: Boolean(outAt) || order.status === 'delivered' },
    { key: 'delivered', title: t`Delivered`, at: order.delivered_at, done: order.status === 'delivered' },
  ]
  const now = steps.findIndex(({ done }) => !done)
  const withState = steps.map(
    ({ done, ...step }, index): Step => ({ ...step, state: done ? 'done' : index === now ? 'now' : 'later' }),
  )
  return [placed, ...withState]
}
