// Owns the rates of a zone: each with what it costs, and the panel to change it.
import { Trans, useLingui } from '@lingui/react/macro'
import { Badge } from '@rialto/ui/badge.tsx'
import { Button } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '#lib/session.ts'
import type { Zone } from './api.ts'
import { RateDrawer } from './rate-drawer.tsx'
import { useRateWords } from './rate-words.tsx'

export function RatesCard({ zone }: { zone: Zone }) {
  const { t } = useLingui()
  const may = useMay()
  const words = useRateWords()
  const [edited, setEdited] = useState<string>()
  const rate = zone.rates.find(({ id }) => id === edited)
  const mayWrite = may('shipping:write')
  return (
    <Card
      title={t`Rates`}
      action={
        mayWrite && (
          <Button tone="outline" size="small" className="min-h-11!" onClick={() => setEdited('new')}>
            <Icon of={Plus} size={16} /> <Trans>Add a rate</Trans>
          </Button>
        )
      }
    >
      {zone.rates.length === 0 && (
        <p className="text-soft">
          {zone.delivered ? (
            <Trans>No rate yet, so nobody can order to this zone.</Trans>
          ) : (
            <Trans>Nothing is delivered to this zone, so it needs no rates.</Trans>
          )}
        </p>
      )}
      <ul className="grid grid-cols-1">
        {zone.rates.map((each) => (
          <li
            key={each.id}
            className="flex flex-wrap items-center gap-x-6 gap-y-1 border-line border-b py-3 first:pt-0 last:border-0 last:pb-0"
          >
            <div className="min-w-48 grow">
              <p className="flex flex-wrap items-center gap-2 font-medium">
                {each.service} {!each.active && <Badge>{t`Off`}</Badge>}
              </p>
              <p className="text-sm text-soft">{[each.carrier, words.days(each), ...words.limits(each)].join(' · ')}</p>
            </div>
            <p className="tabular-nums">{words.price(each)}</p>
            {mayWrite && (
              <Button
                tone="outline"
                size="small"
                className="min-h-11!"
                aria-label={t`Change ${each.service}`}
                onClick={() => setEdited(each.id)}
              >
                <Trans>Change</Trans>
              </Button>
            )}
          </li>
        ))}
      </ul>
      <RateDrawer open={edited !== undefined} zone={zone} rate={rate} onClose={() => setEdited(undefined)} />
    </Card>
  )
}
