// Owns the page that a payment leads to, also from the bank and from a cold start: it asks the shop and believes nothing else.
import { Trans, useLingui } from '@lingui/react/macro'
import type { components } from '@rialto/api/schema.d.ts'
import { Button, ButtonHref } from '@rialto/ui/button.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Spinner } from '@rialto/ui/spinner.tsx'
import { useDocumentTitle } from '@rialto/ui/use-document-title.ts'
import { useQuery } from '@tanstack/react-query'
import { CircleAlert, CircleX, Clock, type LucideIcon } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { shopName } from '#lib/shop.ts'
import { nextStop, type OrderToPay, paymentQuery } from './api.ts'
import { refusalOf } from './declined.ts'
import { PayForm } from './pay-form.tsx'
import { isOpen, type Phase, pauseMs, phaseOf } from './phase.ts'

interface ResultPageProps {
  access: OrderToPay
  order: components['schemas']['OrderView']
  /** What was ordered, shown while it waits to be paid. */
  summary: ReactNode
  /** Looks at the order again, too. */
  refreshOrder: () => void
  onPaid: () => void
  /** Puts the goods back into the cart of somebody who wants something else, or comes too late. */
  startOver: { mutate: () => void; isPending: boolean; error: Error | null }
}

export function ResultPage({ access, order, summary, refreshOrder, onPaid, startOver }: ResultPageProps) {
  const { phase, payment, restart } = useProgress(access, order, refreshOrder)
  const words = useWords()
  const { title, text, icon } = words(phase, order)
  useDocumentTitle(title, shopName)
  useEffect(() => {
    if (phase === 'paid') onPaid()
  }, [phase, onPaid])
  const heading = useRef<HTMLHeadingElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: those who listen hear each new state.
  useEffect(() => heading.current?.focus(), [phase])

  const bank = payment && nextStop(payment)
  const mayPay = phase === 'declined' || phase === 'unpaid' || phase === 'action'
  return (
    <div className="page grid max-w-6xl items-start gap-x-16 gap-y-10 pt-10 pb-20 lg:grid-cols-[1fr_24rem]">
      <div className="grid gap-6">
        <header className="grid justify-items-start gap-4">
          <span className="grid size-14 place-items-center rounded-full bg-sunken">
            {icon ? <Icon of={icon} size={26} /> : <Spinner className="size-6" />}
          </span>
          <h1 ref={heading} tabIndex={-1} className="text-3xl sm:text-4xl">
            {title}
          </h1>
          <p aria-live="polite" className="text-lg text-soft">
            {text}
          </p>
          <p className="text-soft">
            <Trans>
              Order number <strong className="font-semibold text-ink">{order.number}</strong>
            </Trans>
          </p>
        </header>
        {phase === 'action' && bank && (
          <ButtonHref href={bank} tone="accent" size="large">
            <Trans>Continue at your bank</Trans>
          </ButtonHref>
        )}
        {mayPay && (
          <Again isAlternative={phase === 'action'}>
            <PayForm
              amount={order.totals.total}
              order={async () => access}
              heldUntil={order.expires_at ?? undefined}
              refused={payment?.last_error ? refusalOf(payment.last_error.code) : undefined}
              onDone={restart}
            />
          </Again>
        )}
        {startOver.error && (
          <ErrorState error={startOver.error} title={<Trans>The items could not be put back into the cart</Trans>} />
        )}
        {(mayPay || phase === 'cancelled' || phase === 'expired') && (
          <Button
            tone={mayPay ? 'quiet' : 'accent'}
            busy={startOver.isPending}
            className="justify-self-start"
            onClick={() => startOver.mutate()}
          >
            {mayPay ? <Trans>Change something in this order</Trans> : <Trans>Put the items back into the cart</Trans>}
          </Button>
        )}
      </div>
      {mayPay && summary}
    </div>
  )
}

function Again({ isAlternative, children }: { isAlternative: boolean; children: ReactNode }) {
  if (!isAlternative) return children
  return (
    <details>
      <summary className="min-h-11 py-2.5 underline underline-offset-4">
        <Trans>Pay with another card</Trans>
      </summary>
      <div className="pt-3">{children}</div>
    </details>
  )
}

/** Looks after 1, 2, 3, 5 s and so on, for as long as the shop may still say something new. */
function useProgress(access: OrderToPay, order: ResultPageProps['order'], refreshOrder: () => void) {
  const [since, setSince] = useState(Date.now)
  const [looks, setLooks] = useState(0)
  const query = useQuery(paymentQuery(access))
  const payment = query.data ?? null
  const phase = phaseOf(order, payment, Date.now() - since)

  const { refetch, isFetching } = query
  useEffect(() => {
    if (!isOpen(phase) || isFetching) return
    const timer = setTimeout(() => {
      setLooks((count) => count + 1)
      refetch()
      refreshOrder()
    }, pauseMs(looks))
    return () => clearTimeout(timer)
  }, [phase, isFetching, looks, refetch, refreshOrder])

  const restart = () => {
    setSince(Date.now())
    setLooks(0)
    refetch()
    refreshOrder()
  }
  return { phase, payment, restart }
}

function useWords(): (
  phase: Phase,
  order: ResultPageProps['order'],
) => {
  title: string
  text: string
  icon?: LucideIcon
} {
  const { t } = useLingui()
  return (phase, { email }) => {
    switch (phase) {
      case 'confirming':
      case 'paid':
        return { title: t`Confirming your payment`, text: t`This takes a few seconds. You can stay on this page.` }
      case 'pending':
        return {
          title: t`Your bank takes its time`,
          text: t`We are checking. You need not wait here: we write to ${email} as soon as we know. You are charged once at most.`,
          icon: Clock,
        }
      case 'action':
        return {
          title: t`Your bank wants you to confirm`,
          text: t`The payment waits for your yes. Nothing has been charged yet.`,
          icon: CircleAlert,
        }
      case 'declined':
        return {
          title: t`The payment did not go through`,
          text: t`Your items, your address and the delivery are kept.`,
          icon: CircleX,
        }
      case 'unpaid':
        return {
          title: t`Not paid yet`,
          text: t`Your order is there and waits to be paid. Nothing has been charged.`,
          icon: Clock,
        }
      case 'cancelled':
        return {
          title: t`This order was cancelled`,
          text: t`Nothing is owed. What may have been paid goes back by itself.`,
          icon: CircleX,
        }
      case 'expired':
        return {
          title: t`The time to pay is over`,
          text: t`We could not hold the items any longer. Nothing was charged.`,
          icon: Clock,
        }
    }
  }
}
