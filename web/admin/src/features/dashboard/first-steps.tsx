// Owns the first steps of a fresh shop, until the first order is paid.
import { Trans, useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Circle, CircleCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { useMay } from '#lib/session.ts'
import { firstStepsQuery } from './api.ts'

export function FirstSteps() {
  const { t } = useLingui()
  const may = useMay()
  const { data } = useQuery({ ...firstStepsQuery, enabled: may('catalog:read') && may('shipping:read') })
  if (!data || data.payment) return null
  const steps: [isDone: boolean, step: ReactNode][] = [
    [
      data.product,
      <Link key="product" to="/products" className="underline underline-offset-4">
        <Trans>Put a product into the shop</Trans>
      </Link>,
    ],
    [
      data.shipping,
      <Link key="shipping" to="/shipping/zones" className="underline underline-offset-4">
        <Trans>Say where you deliver to, and for how much</Trans>
      </Link>,
    ],
    [
      data.order,
      <a key="order" href="/" className="underline underline-offset-4">
        <Trans>Place a test order at the storefront</Trans>
      </a>,
    ],
    [data.payment, <Trans key="payment">Pay it with a test card, such as 4242 4242 4242 4242</Trans>],
  ]
  const done = steps.filter(([isDone]) => isDone).length
  return (
    <Card
      title={t`First steps`}
      action={<span className="text-soft tabular-nums">{t`${done} of ${steps.length}`}</span>}
    >
      <ol className="grid gap-1">
        {steps.map(([isDone, step], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the steps have a fixed order.
          <li key={index} className="flex min-h-9 items-center gap-3">
            <Icon of={isDone ? CircleCheck : Circle} className={isDone ? 'text-good' : 'text-soft'} />
            <span className={isDone ? 'text-soft' : undefined}>{step}</span>
            <span className="sr-only">{isDone ? t`done` : t`to do`}</span>
          </li>
        ))}
      </ol>
    </Card>
  )
}
