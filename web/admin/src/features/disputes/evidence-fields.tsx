// Owns the fields of the evidence.
import { useLingui } from '@lingui/react/macro'
import { Field } from '@rialto/ui/field.tsx'
import { Input, Textarea } from '@rialto/ui/input.tsx'
import type { UseFormRegister } from 'react-hook-form'
import type { EvidenceValues } from './evidence-form.tsx'
import { EVIDENCE_WORDS, type EvidenceField } from './words.ts'

const SHORT = ['shipping_carrier', 'shipping_tracking_number', 'shipping_date'] as const
const LONG = ['product_description', 'customer_communication', 'refund_policy', 'uncategorized_text'] as const

export function EvidenceFields({ register }: { register: UseFormRegister<EvidenceValues> }) {
  const { i18n } = useLingui()
  const wordsOf = (field: EvidenceField) => {
    const { label, hint } = EVIDENCE_WORDS[field]
    return { name: field, label: i18n._(label), hint: hint && i18n._(hint) }
  }
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-3">
        {SHORT.map((field) => (
          <Field key={field} {...wordsOf(field)}>
            {(wiring) => (
              <Input
                {...wiring}
                {...register(field)}
                type={field === 'shipping_date' ? 'date' : 'text'}
                autoComplete="off"
              />
            )}
          </Field>
        ))}
      </div>
      {LONG.map((field) => (
        <Field key={field} {...wordsOf(field)}>
          {(wiring) => <Textarea {...wiring} {...register(field)} rows={3} />}
        </Field>
      ))}
    </>
  )
}
