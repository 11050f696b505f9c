// Owns the services: which answer, what they have not told yet, how far behind they are.
import { plural } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useClock } from '@rialto/ui/use-clock.ts'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useQuery } from '@tanstack/react-query'
import { Facts } from '#lib/facts.tsx'
import { type Flows, flowsQuery, SERVICES, type ServiceFlow } from './api.ts'
import { SERVICE_WORDS } from './words.ts'

export function FlowsSection() {
  const { t, i18n } = useLingui()
  const flows = useQuery(flowsQuery)
  if (flows.isPending) {
    return (
      <Loading>
        <Skeleton className="h-60 rounded-card" />
      </Loading>
    )
  }
  return (
    <>
      {/* What was known before stays in sight. */}
      {flows.error && (
        <ErrorState error={flows.error} title={t`The services could not be asked`} retry={() => flows.refetch()} />
      )}
      {flows.data && (
        <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3" aria-label={t`Services`}>
          {SERVICES.map((service) => (
            <li key={service} className="rounded-card border border-line bg-card p-5">
              <ServiceCard name={i18n._(SERVICE_WORDS[service])} {...standingOf(flows.data, service)} />
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

interface Standing {
  flow: ServiceFlow | undefined
  /** Why nothing is known of it. */
  cause: string | undefined
}

function standingOf({ services, silent }: Flows, service: ServiceFlow['service']): Standing {
  return {
    flow: services.find((each) => each.service === service),
    cause: silent.find((each) => each.service === service)?.cause,
  }
}

function ServiceCard({ name, flow, cause }: Standing & { name: string }) {
  const { t } = useLingui()
  return (
    <div className="grid gap-3">
      <div className="flex items-center justify-between gap-3">
        <h2 className="text-lg">{name}</h2>
        <StandingBadge flow={flow} />
      </div>
      {flow ? (
        <FlowFacts flow={flow} />
      ) : (
        <p className="text-soft">{cause ? <Trans>It does not answer: {cause}</Trans> : t`Nothing is known of it.`}</p>
      )}
    </div>
  )
}

/** How old what is not told yet may be before somebody should look. */
const LATE_MS = 30_000

function StandingBadge({ flow }: { flow: ServiceFlow | undefined }) {
  const { t } = useLingui()
  useClock()
  if (!flow) return <Badge tone="bad">{t`Silent`}</Badge>
  if (flow.parked > 0) return <Badge tone="bad">{t`Events stuck`}</Badge>
  const oldest = flow.outbox.oldest_at
  const isLate = oldest && Date.now() - Date.parse(oldest) > LATE_MS
  return isLate ? <Badge tone="warn">{t`Falling behind`}</Badge> : <Badge tone="good">{t`Well`}</Badge>
}

function FlowFacts({ flow }: { flow: ServiceFlow }) {
  const { t, i18n } = useLingui()
  const format = useFormat()
  const { outbox, consumer, parked } = flow
  const behind = consumer?.topics.filter(({ lag }) => lag > 0) ?? []
  const topicName = (topic: string) => {
    const known = SERVICES.find((service) => service === topic)
    return known ? i18n._(SERVICE_WORDS[known]) : topic
  }
  return (
    <Facts
      facts={[
        [
          t`To tell`,
          outbox.depth === 0 ? (
            t`nothing`
          ) : (
            <span key="outbox">
              {plural(outbox.depth, { one: '# event', other: '# events' })}
              {outbox.oldest_at && (
                <>
                  , <RelativeTime at={outbox.oldest_at} />
                </>
              )}
            </span>
          ),
        ],
        [
          t`To read`,
          !consumer
            ? t`listens to nobody`
            : behind.length === 0
              ? t`nothing`
              : format.list(behind.map(({ topic, lag }) => t`${lag} of ${topicName(topic)}`)),
        ],
        [t`Stuck`, parked === 0 ? t`none` : parked],
      ]}
    />
  )
}
