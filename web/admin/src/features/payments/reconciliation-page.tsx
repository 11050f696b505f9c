// Owns the last comparison of our books with the provider's, and what they did not agree in.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Badge } from '@rialto/ui/badge.tsx'
import { Button } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { DateTime, RelativeTime } from '@rialto/ui/date-time.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleCheck, RefreshCw, Scale } from 'lucide-react'
import { Facts } from '#lib/facts.tsx'
import { Page } from '#lib/page.tsx'
import { type Difference, type Reconciliation, reconciliationQuery } from './api.ts'
import { DIFFERENCE_WORDS } from './words.ts'

export function ReconciliationPage() {
  const { t } = useLingui()
  const last = useQuery(reconciliationQuery)
  const isNone = last.error instanceof ProblemError && last.error.status === 404
  return (
    <Page
      title={t`Reconciliation`}
      actions={
        <Button tone="outline" size="small" busy={last.isRefetching} onClick={() => last.refetch()}>
          <Icon of={RefreshCw} size={16} /> {t`Refresh`}
        </Button>
      }
    >
      <p className="max-w-prose text-soft">
        <Trans>
          Every quarter of an hour our books are compared with the provider's. What the provider is right about is
          repaired; what nobody can explain stays here for you.
        </Trans>
      </p>
      {isNone && (
        <EmptyState icon={Scale} title={t`Nothing was compared yet`}>
          {t`The first comparison comes by itself soon.`}
        </EmptyState>
      )}
      {last.error && !isNone && (
        <ErrorState error={last.error} title={t`The comparison could not be loaded`} retry={() => last.refetch()} />
      )}
      {last.isPending && (
        <Loading>
          <Skeleton className="h-60 rounded-card" />
        </Loading>
      )}
      {last.data && <Run run={last.data} />}
    </Page>
  )
}

function Run({ run }: { run: Reconciliation }) {
  const { t } = useLingui()
  return (
    <>
      <Card title={t`The last comparison`}>
        <Facts
          facts={[
            [t`Finished`, <RelativeTime key="finished" at={run.finished_at} />],
            [t`Provider`, run.provider],
            [t`Compared`, plural(run.charges, { one: '# charge', other: '# charges' })],
            [
              t`Made since`,
              <DateTime key="since" at={run.since} options={{ dateStyle: 'medium', timeStyle: 'short' }} />,
            ],
            [t`Repaired`, run.repaired],
            [t`Not explained`, run.unresolved],
          ]}
        />
      </Card>
      {run.differences.length === 0 ? (
        <p className="flex items-center gap-2">
          <Icon of={CircleCheck} className="text-good" /> <Trans>Both books agree.</Trans>
        </p>
      ) : (
        <ul className="grid gap-3" aria-label={t`Differences`}>
          {run.differences.map((difference) => (
            <li key={`${difference.kind}${difference.reference}${difference.payment_id}`}>
              <DifferenceCard difference={difference} />
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function DifferenceCard({ difference }: { difference: Difference }) {
  const { t, i18n } = useLingui()
  const { kind, ours, theirs, repaired, payment_id: paymentId, reference } = difference
  return (
    <Card
      title={i18n._(DIFFERENCE_WORDS[kind])}
      action={repaired ? <Badge tone="good">{t`Repaired`}</Badge> : <Badge tone="bad">{t`Needs someone`}</Badge>}
    >
      <Facts
        facts={[
          [t`Ours`, ours],
          [t`Theirs`, theirs],
          [t`Their name`, reference],
          [
            t`Payment`,
            paymentId && (
              <Link
                key="payment"
                to="/payments/$id"
                params={{ id: paymentId }}
                className="inline-flex min-h-6 items-center underline underline-offset-4"
              >
                <Trans>See the payment</Trans>
              </Link>
            ),
          ],
        ]}
      />
    </Card>
  )
}
