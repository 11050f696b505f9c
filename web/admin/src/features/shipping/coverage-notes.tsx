// Owns the warning of gaps: countries that lie in no zone, zones that nothing can be sent to.
import { plural } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleCheck, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { coverageQuery } from './api.ts'

export function CoverageNotes() {
  const format = useFormat()
  const { data: coverage } = useSuspenseQuery(coverageQuery)
  const { not_covered: gaps, without_rates: empty } = coverage
  if (gaps.length === 0 && empty.length === 0) {
    return (
      <p className="flex items-center gap-2 text-soft">
        <Icon of={CircleCheck} className="text-good" />
        <Trans>Every country lies in a zone, and every zone that is delivered to has a rate.</Trans>
      </p>
    )
  }
  return (
    <div className="grid gap-3">
      {empty.length > 0 && (
        <Note>
          <p className="font-medium">
            <Trans>Nobody can order to these zones, because no rate of theirs is active:</Trans>
          </p>
          <ul className="flex flex-wrap gap-x-4">
            {empty.map((zone) => (
              <li key={zone.id}>
                <Link
                  to="/shipping/zones/$id"
                  params={{ id: zone.id }}
                  className="inline-flex min-h-8 items-center underline underline-offset-4"
                >
                  {zone.name}
                </Link>
              </li>
            ))}
          </ul>
        </Note>
      )}
      {gaps.length > 0 && (
        <Note>
          <details>
            <summary className="min-h-8 font-medium">
              {plural(gaps.length, {
                one: '# country lies in no zone as a whole. Nobody can order there.',
                other: '# countries lie in no zone as a whole. Nobody can order there.',
              })}
            </summary>
            <p className="mt-2 text-soft">{format.list(gaps.map(format.country))}</p>
          </details>
        </Note>
      )}
    </div>
  )
}

function Note({ children }: { children: ReactNode }) {
  return (
    <div className="flex items-start gap-3 rounded-card bg-warn-soft p-4">
      <Icon of={TriangleAlert} className="mt-1 text-warn" />
      <div className="min-w-0 grow">{children}</div>
    </div>
  )
}
