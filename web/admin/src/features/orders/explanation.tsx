// Owns how every number of an order came about, step by step, as the shop calculated it.
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { explanationQuery } from './api.ts'

export function Explanation({ orderId }: { orderId: string }) {
  const { t } = useLingui()
  const [isOpen, setOpen] = useState(false)
  const explanation = useQuery({ ...explanationQuery(orderId), enabled: isOpen })
  const { data, error } = explanation
  return (
    <details className="mt-3 border-line border-t pt-2" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="inline-flex min-h-11 items-center font-medium underline underline-offset-4">
        <Trans>How these numbers come about</Trans>
      </summary>
      {error && (
        <ErrorState error={error} title={t`The numbers could not be explained`} retry={() => explanation.refetch()} />
      )}
      {explanation.isLoading && (
        <Loading>
          <Skeleton className="h-32" />
        </Loading>
      )}
      {data && (
        <div className="grid gap-3 pb-1 text-sm">
          <p>
            {data.consistent ? (
              <Badge tone="good">{t`Calculated anew: the same numbers`}</Badge>
            ) : (
              <Badge tone="bad">{t`Calculated anew: other numbers. Please report this order.`}</Badge>
            )}
          </p>
          {[...data.lines, { ...data.shipping, of: t`Delivery` }].map((line) => (
            <Steps key={line.of} of={line.of} steps={line.steps} />
          ))}
          <Steps of={t`Total`} steps={data.steps} />
          <p className="text-soft">
            <Trans>Tax rules of version {data.tax_rules}</Trans>
          </p>
        </div>
      )}
    </details>
  )
}

function Steps({ of, steps }: { of: string; steps: readonly string[] }) {
  return (
    <div>
      <h3 className="font-medium">{of}</h3>
      {/* The shop writes the steps, in English. */}
      <ul lang="en" dir="ltr" className="text-soft tabular-nums">
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ul>
    </div>
  )
}
