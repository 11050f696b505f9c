// Owns paying: the provider's card form, the button that says what it costs, and what went wrong.
import { Trans, useLingui } from '@lingui/react/macro'
import type { components } from '@rialto/api/schema.d.ts'
import { Button } from '@rialto/ui/button.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Skeleton } from '@rialto/ui/skeleton.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleAlert, Lock } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef } from 'react'
import { methodsQuery, type OrderToPay } from './api.ts'
import { type Refusal, useRefusalWords } from './declined.ts'
import type { CardForm, CardFormProps, Provider } from './providers/provider.ts'
import { usePay } from './use-pay.ts'

/** A provider's own code comes with the payment step and not before. Stripe's element would stand here beside it. */
const FORMS: Readonly<Record<string, ReturnType<typeof lazy<Provider>>>> = {
  sandbox: lazy(() => import('./providers/sandbox.tsx').then((file) => ({ default: file.SandboxCardForm }))),
}

interface PayFormProps {
  amount: components['schemas']['Money']
  order: () => Promise<OrderToPay | undefined>
  /** The time until which the goods are held, once they are. */
  heldUntil?: string | undefined
  /** What an earlier attempt came to. */
  refused?: Refusal | undefined
  onDone: (order: OrderToPay) => void
}

export function PayForm({ amount, order, heldUntil, refused, onDone }: PayFormProps) {
  const { t } = useLingui()
  const format = useFormat()
  const card = useRef<CardForm>(null)
  const needsCard = amount.amount > 0
  const pay = usePay({ needsCard, order, onDone, tokenize: async () => card.current?.tokenize() })
  const refusal = pay.isIdle ? refused : pay.data

  const price = format.money(amount)
  const label = needsCard ? t`Pay ${price}` : t`Order now, nothing to pay`
  return (
    <form
      noValidate
      className="grid gap-6"
      onSubmit={(event) => {
        event.preventDefault()
        pay.mutate()
      }}
    >
      {refusal && <Declined refusal={refusal} />}
      {needsCard && (
        <Suspense fallback={<Skeleton className="h-72" />}>
          <ProviderForm ref={card} />
        </Suspense>
      )}
      {heldUntil && (
        <p className="text-soft">
          <Trans>Your items are held for you until {format.date(heldUntil, { timeStyle: 'short' })}.</Trans>
        </p>
      )}
      <div className="grid gap-3">
        <Button type="submit" tone="accent" size="large" busy={pay.isPending} className="w-full">
          {pay.isPending ? t`Paying…` : label}
        </Button>
        <p className="flex items-start justify-center gap-2 text-sm text-soft">
          <Icon of={Lock} size={16} className="mt-0.5" />
          <span>
            <Trans>
              Encrypted. Your card goes to the payment provider only.{' '}
              <Link to="/help" className="underline underline-offset-4 hover:text-ink">
                Help
              </Link>
            </Trans>
          </span>
        </p>
      </div>
    </form>
  )
}

function ProviderForm({ ref }: CardFormProps) {
  const { t } = useLingui()
  const methods = useQuery(methodsQuery)
  if (methods.isPending) return <Skeleton className="h-72" />
  const Form = methods.data && FORMS[methods.data.provider]
  if (!Form) {
    return (
      <ErrorState error={methods.error} title={t`The card form could not be loaded`} retry={() => methods.refetch()} />
    )
  }
  return <Form ref={ref} />
}

function Declined({ refusal }: { refusal: Refusal }) {
  const words = useRefusalWords()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus(), [])
  return (
    <div
      ref={box}
      role="alert"
      tabIndex={-1}
      className="flex items-start gap-3 rounded-card border border-bad/40 bg-bad-soft p-5 outline-none"
    >
      <Icon of={CircleAlert} className="mt-0.5 text-bad" />
      <p className="font-medium">{words(refusal)}</p>
    </div>
  )
}
