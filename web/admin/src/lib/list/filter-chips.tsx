// Owns the filters that are set, as chips that take them away again.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { X } from 'lucide-react'

export interface Chip {
  key: string
  label: string
  onRemove: () => void
}

export function FilterChips({ chips, onClear }: { chips: readonly Chip[]; onClear: () => void }) {
  const { t } = useLingui()
  if (chips.length === 0) return null
  return (
    <ul aria-label={t`Filters`} className="flex flex-wrap items-center gap-2">
      {chips.map(({ key, label, onRemove }) => (
        <li key={key}>
          <button
            type="button"
            onClick={onRemove}
            aria-label={t`Remove filter ${label}`}
            className="inline-flex min-h-9 items-center gap-1.5 rounded-full border border-edge px-3 text-sm hover:border-ink hover:bg-sunken"
          >
            {label} <Icon of={X} size={14} />
          </button>
        </li>
      ))}
      <li>
        <Button tone="quiet" size="small" onClick={onClear}>
          <Trans>Clear all</Trans>
        </Button>
      </li>
    </ul>
  )
}
