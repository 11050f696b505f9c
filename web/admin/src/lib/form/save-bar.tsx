// Owns the bar that appears with the first change, names what will be saved, and saves it.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { useFormat } from '@rialto/ui/use-format.ts'

interface SaveBarProps {
  /** What is changed and not saved, in words: "Title", "3 prices". Nothing: there is no bar. */
  changes: readonly string[]
  busy: boolean
  onDiscard: () => void
}

/** Stands inside of the form that it saves. */
export function SaveBar({ changes, busy, onDiscard }: SaveBarProps) {
  const { t } = useLingui()
  const format = useFormat()
  if (changes.length === 0) return null
  return (
    <section
      aria-label={t`Unsaved changes`}
      className="sticky bottom-0 z-20 -mx-4 flex flex-wrap items-center gap-x-4 gap-y-2 border-line border-t bg-card px-4 py-3 max-md:bottom-16 sm:-mx-6 sm:px-6"
    >
      <p role="status" className="min-w-0 grow basis-60">
        <span className="font-medium">
          <Trans>Not saved yet:</Trans>
        </span>{' '}
        {format.list(changes)}
      </p>
      <div className="ms-auto flex gap-3">
        <Button tone="quiet" onClick={onDiscard} disabled={busy}>
          <Trans>Discard</Trans>
        </Button>
        <Button type="submit" tone="accent" busy={busy}>
          {busy ? t`Saving…` : t`Save`}
        </Button>
      </div>
    </section>
  )
}
