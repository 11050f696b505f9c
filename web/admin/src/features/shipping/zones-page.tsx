// Owns the list of delivery zones, with what lies in none of them.
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { ButtonLink } from '@rialto/ui/button.tsx'
import { EmptyState } from '@rialto/ui/empty-state.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Globe } from 'lucide-react'
import { Page } from '#lib/page.tsx'
import { useMay } from '#lib/session.ts'
import { type Rate, type Zone, zonesQuery } from './api.ts'
import { useAreaWords } from './area-words.ts'
import { CoverageNotes } from './coverage-notes.tsx'
import { useRateWords } from './rate-words.tsx'

export function ZonesPage() {
  const { t } = useLingui()
  const may = useMay()
  const { data: zones } = useSuspenseQuery(zonesQuery)
  return (
    <Page
      title={t`Zones and rates`}
      actions={
        may('shipping:write') && (
          <ButtonLink to="/shipping/zones/new">
            <Trans>New zone</Trans>
          </ButtonLink>
        )
      }
    >
      <CoverageNotes />
      {zones.length === 0 ? (
        <EmptyState icon={Globe} title={t`The shop delivers nowhere yet`}>
          <Trans>A zone says which countries share the same delivery prices. Begin with your own country.</Trans>
        </EmptyState>
      ) : (
        <ul className="grid gap-4 lg:grid-cols-2">
          {zones.map((zone) => (
            <li key={zone.id}>
              <ZoneCard zone={zone} />
            </li>
          ))}
        </ul>
      )}
    </Page>
  )
}

const AREAS_SHOWN = 6

function ZoneCard({ zone }: { zone: Zone }) {
  const { t } = useLingui()
  const format = useFormat()
  const wordsOf = useAreaWords()
  const shown = zone.areas.slice(0, AREAS_SHOWN).map(wordsOf)
  const more = zone.areas.length - shown.length
  if (more > 0) shown.push(t`${more} more`)
  return (
    <article className="relative grid h-full content-start gap-3 rounded-card border border-line bg-card p-5 hover:border-edge">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <h2 className="text-lg">
          {/* The whole card is the link. */}
          <Link
            to="/shipping/zones/$id"
            params={{ id: zone.id }}
            className="after:absolute after:inset-0 after:rounded-card"
          >
            {zone.name}
          </Link>
        </h2>
        {!zone.delivered && <Badge>{t`Not delivered`}</Badge>}
        {zone.delivered && !zone.rates.some(({ active }) => active) && <Badge tone="warn">{t`No active rate`}</Badge>}
      </div>
      <p className="text-soft">{format.list(shown)}</p>
      {zone.rates.length > 0 && (
        <ul className="grid gap-1.5 border-line border-t pt-3">
          {zone.rates.map((rate) => (
            <li key={rate.id}>
              <RateLine rate={rate} />
            </li>
          ))}
        </ul>
      )}
    </article>
  )
}

function RateLine({ rate }: { rate: Rate }) {
  const { t } = useLingui()
  const words = useRateWords()
  return (
    <div className="grid gap-x-4 sm:grid-cols-[1fr_auto]">
      <span className={rate.active ? 'font-medium' : 'text-soft line-through decoration-1'}>
        {rate.service}
        {!rate.active && <span className="sr-only"> {t`(off)`}</span>}
      </span>
      <span className="tabular-nums sm:text-end">{words.price(rate)}</span>
      <span className="text-sm text-soft sm:col-span-2">{[words.days(rate), ...words.limits(rate)].join(' · ')}</span>
    </div>
  )
}
