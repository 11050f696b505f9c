// Owns the list of what happened to something, newest first, day by day, with who did it.
import { useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

export interface Happening {
  key: string
  at: string
  icon: LucideIcon
  title: ReactNode
  /** Who or what did it. */
  actor?: ReactNode
  detail?: ReactNode
}

export function Timeline({ happenings }: { happenings: readonly Happening[] }) {
  const format = useFormat()
  const days = Map.groupBy(
    happenings.toSorted((a, b) => b.at.localeCompare(a.at)),
    ({ at }) => new Date(at).toDateString(),
  )
  return (
    <div className="grid gap-5">
      {[...days].map(([day, ofDay]) => (
        <section key={day}>
          <h3 className="mb-2 text-sm font-medium text-soft">
            <Day at={ofDay[0]?.at ?? day} />
          </h3>
          <ol className="grid grid-cols-1">
            {ofDay.map(({ key, at, icon, title, actor, detail }) => (
              <li key={key} className="relative grid grid-cols-[1.75rem_minmax(0,1fr)_auto] gap-x-3 pb-4 last:pb-0">
                <span className="grid size-7 place-items-center rounded-full bg-sunken text-soft">
                  <Icon of={icon} size={15} />
                </span>
                <div className="min-w-0 pt-0.5">
                  <p>{title}</p>
                  {detail && <div className="text-sm text-soft">{detail}</div>}
                  {actor && <p className="text-sm text-soft">{actor}</p>}
                </div>
                <time dateTime={at} className="pt-0.5 text-sm text-soft tabular-nums">
                  {format.date(at, { timeStyle: 'short' })}
                </time>
              </li>
            ))}
          </ol>
        </section>
      ))}
    </div>
  )
}

function Day({ at }: { at: string }) {
  const { t } = useLingui()
  const format = useFormat()
  const day = new Date(at).toDateString()
  if (day === new Date().toDateString()) return t`Today`
  if (day === new Date(Date.now() - 86_400_000).toDateString()) return t`Yesterday`
  return format.date(at, { dateStyle: 'full' })
}
