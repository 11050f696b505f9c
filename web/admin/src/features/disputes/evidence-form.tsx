// Owns the answer to a dispute: what helps, what is there already, and the one time it is handed in.
import { Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { ErrorSummary } from '@rialto/ui/error-summary.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useForm, useWatch } from 'react-hook-form'
import { LeaveGuard } from '#lib/form/leave-guard.tsx'
import { type Dispute, type Evidence, parcelQuery, useSubmitEvidence } from './api.ts'
import { EvidenceChecklist } from './evidence-checklist.tsx'
import { EvidenceFields } from './evidence-fields.tsx'
import { EVIDENCE_WORDS, type EvidenceField } from './words.ts'

export type EvidenceValues = Record<EvidenceField, string>

export function EvidenceForm({ dispute }: { dispute: Dispute }) {
  const { t } = useLingui()
  const say = useToast()
  const explain = useExplain()
  const submit = useSubmitEvidence(dispute)
  const { data: parcel } = useQuery(parcelQuery(dispute.order_id))
  const [isAsking, setAsking] = useState(false)
  const [isEmpty, setEmpty] = useState(false)
  const form = useForm<EvidenceValues>({ defaultValues: valuesOf(dispute.evidence) })
  const values = useWatch({ control: form.control })

  function fillIn() {
    if (!parcel) return
    const found = {
      shipping_carrier: parcel.carrier,
      shipping_tracking_number: parcel.tracking_number ?? '',
      shipping_date: parcel.shipped_at?.slice(0, 10) ?? '',
      product_description: parcel.items.map(({ quantity, title }) => `${quantity} × ${title}`).join('\n'),
    }
    for (const [field, value] of Object.entries(found)) {
      if (!form.getValues(field as EvidenceField)) form.setValue(field as EvidenceField, value, { shouldDirty: true })
    }
  }

  function ask(given: EvidenceValues) {
    const nothing = Object.values(given).every((value) => value.trim() === '')
    setEmpty(nothing)
    setAsking(!nothing)
  }

  function handIn() {
    submit.mutate(evidenceOf(form.getValues()), {
      onSuccess: () => {
        form.reset(form.getValues())
        say({ text: t`The answer is handed in` })
      },
      onSettled: () => setAsking(false),
    })
  }

  function failure(): string | undefined {
    if (isEmpty) return t`Write at least one thing that speaks for the shop.`
    if (!submit.error) return undefined
    const code = submit.error instanceof ProblemError ? submit.error.code : undefined
    if (code === 'dispute_closed') return t`It is too late: the dispute takes no more evidence.`
    if (code === 'unavailable') return t`Your answer is kept, but the provider did not take it yet. Hand it in again.`
    if (code === 'card_number_refused') return t`A text holds a card number. Take it out: it must not be sent.`
    return explain(submit.error)
  }

  const problem = failure()
  return (
    <form noValidate onSubmit={form.handleSubmit(ask)} className="grid gap-5">
      <LeaveGuard active={form.formState.isDirty && !submit.isPending} />
      <ErrorSummary
        errors={problem ? [{ message: problem }] : []}
        attempt={form.formState.submitCount + submit.failureCount}
      />
      <EvidenceChecklist reason={dispute.reason} values={values} />
      {parcel && (
        <Button tone="outline" onClick={fillIn} className="justify-self-start">
          <Trans>Fill in what the shipment says</Trans>
        </Button>
      )}
      <EvidenceFields register={form.register} />
      <Button type="submit" className="justify-self-start">
        <Trans>Hand in the answer</Trans>
      </Button>
      <Dialog
        open={isAsking}
        onClose={() => setAsking(false)}
        title={t`Hand in the answer now?`}
        actions={
          <>
            <Button tone="quiet" onClick={() => setAsking(false)}>
              <Trans>Go on writing</Trans>
            </Button>
            <Button tone="accent" busy={submit.isPending} onClick={handIn}>
              {submit.isPending ? t`Handing in…` : t`Hand in, once`}
            </Button>
          </>
        }
      >
        <p>
          <Trans>The bank sees it as it is now. It cannot be changed or added to afterwards.</Trans>
        </p>
      </Dialog>
    </form>
  )
}

function valuesOf(evidence: Evidence | null | undefined): EvidenceValues {
  const fields = Object.keys(EVIDENCE_WORDS) as EvidenceField[]
  return Object.fromEntries(fields.map((field) => [field, evidence?.[field] ?? ''])) as EvidenceValues
}

function evidenceOf(values: EvidenceValues): Evidence {
  const fields = Object.keys(EVIDENCE_WORDS) as EvidenceField[]
  return Object.fromEntries(fields.map((field) => [field, values[field].trim() || null])) as Evidence
}
