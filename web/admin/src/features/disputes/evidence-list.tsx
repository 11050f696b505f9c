// Owns the evidence that was handed in, to be read again.
import { useLingui } from '@lingui/react/macro'
import type { Dispute } from './api.ts'
import { EVIDENCE_WORDS, type EvidenceField } from './words.ts'

export function EvidenceList({ dispute }: { dispute: Dispute }) {
  const { t, i18n } = useLingui()
  const given = Object.keys(EVIDENCE_WORDS).flatMap((key) => {
    const field = key as EvidenceField
    const value = dispute.evidence?.[field]
    return value ? [{ field, value }] : []
  })
  if (given.length === 0) return <p className="text-soft">{t`Nothing was handed in.`}</p>
  return (
    <dl className="grid gap-4">
      {given.map(({ field, value }) => (
        <div key={field}>
          <dt className="text-sm text-soft">{i18n._(EVIDENCE_WORDS[field].label)}</dt>
          <dd className="whitespace-pre-wrap">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
