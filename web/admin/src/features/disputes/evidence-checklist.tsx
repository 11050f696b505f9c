// Owns the list of what helps against the reason of a dispute, and what of it is there.
import { Trans, useLingui } from '@lingui/react/macro'
import { Icon } from '@rialto/ui/icon.tsx'
import { Circle, CircleCheck } from 'lucide-react'
import { EVIDENCE_WORDS, type EvidenceField, usefulAgainst } from './words.ts'

interface EvidenceChecklistProps {
  reason: string
  values: Partial<Record<EvidenceField, string>>
}

export function EvidenceChecklist({ reason, values }: EvidenceChecklistProps) {
  const { t, i18n } = useLingui()
  return (
    <div className="rounded-card bg-sunken p-4">
      <p className="mb-2 font-medium">
        <Trans>What helps against this reason</Trans>
      </p>
      <ul className="grid gap-1.5 sm:grid-cols-2">
        {usefulAgainst(reason).map((field) => {
          const isThere = Boolean(values[field]?.trim())
          return (
            <li key={field} className="flex items-center gap-2">
              <Icon of={isThere ? CircleCheck : Circle} size={18} className={isThere ? 'text-good' : 'text-soft'} />
              {i18n._(EVIDENCE_WORDS[field].label)}
              <span className="sr-only">{isThere ? t`(there)` : t`(missing)`}</span>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
