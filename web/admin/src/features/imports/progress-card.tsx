// Owns an import under way: how far it is, how fast, and how long it will take.
import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'
import { useEffect, useState } from 'react'
import { ActionButton } from '#lib/action-button.tsx'
import { useBlocked } from '#lib/use-blocked.ts'
import type { ImportDetail } from './api.ts'

interface ProgressCardProps {
  detail: ImportDetail
  busy: boolean
  onStop: () => void
}

export function ProgressCard({ detail, busy, onStop }: ProgressCardProps) {
  const { t } = useLingui()
  const format = useFormat()
  const blocked = useBlocked()('catalog:write')
  const { state, counts } = detail
  const share = shareOf(detail)
  const pace = usePace(state, share, counts.rows)
  const title = { checking: t`Reading the file`, running: t`Writing products`, undoing: t`Taking it back` }
  if (state !== 'checking' && state !== 'running' && state !== 'undoing') return null
  const touched = counts.created + counts.updated
  return (
    <Card title={title[state]}>
      <div className="grid gap-3">
        <progress
          className="h-3 w-full accent-(--color-accent)"
          aria-label={title[state]}
          {...(share !== undefined && { value: share })}
        />
        <p className="flex flex-wrap gap-x-4 text-soft tabular-nums">
          {share !== undefined && <span>{format.number(share, { style: 'percent' })}</span>}
          {state === 'undoing' ? (
            <span>{t`${plural(detail.undone + detail.kept, { one: '# product', other: '# products' })} of ${format.number(touched)}`}</span>
          ) : (
            <span>{t`${plural(counts.rows, { one: '# row read', other: '# rows read' })}`}</span>
          )}
          {pace && <span>{t`${format.number(pace.perSecond)} rows per second`}</span>}
          {pace?.secondsLeft !== undefined && (
            <span>
              {pace.secondsLeft < 60
                ? t`less than a minute left`
                : t`about ${plural(Math.round(pace.secondsLeft / 60), { one: '# minute', other: '# minutes' })} left`}
            </span>
          )}
        </p>
        <p className="max-w-prose text-soft">
          {t`You can leave this page or close the browser: it goes on by itself.`}
        </p>
        {state === 'running' && (
          <div>
            <ActionButton tone="outline" blocked={blocked} busy={busy} onClick={onStop}>
              {t`Stop`}
            </ActionButton>
          </div>
        )}
      </div>
    </Card>
  )
}

function shareOf({ state, bytes, bytes_read, undone, kept, counts }: ImportDetail): number | undefined {
  if (state === 'undoing') {
    const touched = counts.created + counts.updated
    return touched > 0 ? Math.min(1, (undone + kept) / touched) : undefined
  }
  return bytes > 0 ? Math.min(1, bytes_read / bytes) : undefined
}

interface Point {
  at: number
  share: number
  rows: number
}

/** Rows per second and what is left, since this page began to look. */
function usePace(state: string, share: number | undefined, rows: number) {
  const [points, setPoints] = useState<{ state: string; first: Point; last: Point }>()
  useEffect(() => {
    if (share === undefined || state === 'undoing') return
    const last = { at: Date.now(), share, rows }
    setPoints((known) => (known?.state === state ? { ...known, last } : { state, first: last, last }))
  }, [state, share, rows])
  if (!points || points.state !== state) return undefined
  const { first, last } = points
  const seconds = (last.at - first.at) / 1000
  if (seconds < 2 || last.rows === first.rows) return undefined
  const perSecond = Math.round((last.rows - first.rows) / seconds)
  const done = last.share - first.share
  return { perSecond, secondsLeft: done > 0 ? ((1 - last.share) * seconds) / done : undefined }
}
