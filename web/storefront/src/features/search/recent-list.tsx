// Owns how the latest searches look: below the empty search box, each to be repeated or forgotten.
import { Trans, useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { History, X } from 'lucide-react'
import { forgetAllSearches, forgetSearch } from './recent-searches.ts'
import { PANEL } from './suggestion-list.tsx'

interface RecentListProps {
  searches: readonly string[]
  onChoose: (text: string) => void
  /** A forgotten line takes the focus with it; it goes back to the box. */
  onForgotten: () => void
}

export function RecentList({ searches, onChoose, onForgotten }: RecentListProps) {
  const { t } = useLingui()
  function forget(work: () => void) {
    work()
    onForgotten()
  }
  return (
    <div className={PANEL}>
      <div className="flex items-center justify-between gap-4 px-4 text-sm text-soft">
        <span id="recent-searches">
          <Trans>Recent searches</Trans>
        </span>
        <button
          type="button"
          className="min-h-9 underline underline-offset-4 hover:text-ink"
          onClick={() => forget(forgetAllSearches)}
        >
          <Trans>Forget all</Trans>
        </button>
      </div>
      <ul aria-labelledby="recent-searches">
        {searches.map((text) => (
          <li key={text} className="flex items-center hover:bg-sunken">
            <button
              type="button"
              className="flex min-h-11 grow items-center gap-3 px-4 text-start -outline-offset-2"
              onClick={() => onChoose(text)}
            >
              <Icon of={History} size={18} className="text-soft" />
              {text}
            </button>
            <button
              type="button"
              aria-label={t`Forget “${text}”`}
              className="grid size-11 shrink-0 place-items-center text-soft -outline-offset-2 hover:text-ink"
              onClick={() => forget(() => forgetSearch(text))}
            >
              <Icon of={X} size={16} />
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
