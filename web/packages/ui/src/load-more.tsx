// Owns the end of a list that has more: how much is shown, and the button for the next part.
import { Trans } from '@lingui/react/macro'
import { Button } from './button.tsx'
import { useFormat } from './use-format.ts'

interface LoadMoreProps {
  shown: number
  total?: number
  hasMore: boolean
  busy: boolean
  onMore: () => void
}

export function LoadMore({ shown, total, hasMore, busy, onMore }: LoadMoreProps) {
  const format = useFormat()
  if (!hasMore) return null
  return (
    <div className="grid justify-items-center gap-3 py-8">
      {total !== undefined && (
        <p className="text-sm text-soft" aria-live="polite">
          <Trans>
            {format.number(shown)} of {format.number(total)} shown
          </Trans>
        </p>
      )}
      <Button tone="outline" busy={busy} onClick={onMore}>
        <Trans>Show more</Trans>
      </Button>
    </div>
  )
}
