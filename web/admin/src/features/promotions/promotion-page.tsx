// Owns the page of one promotion, new or existing.
import { zodResolver } from '@hookform/resolvers/zod'
import { useLingui } from '@lingui/react/macro'
import { fieldProblems, ProblemError } from '@rialto/api/problem.ts'
import { Card } from '@rialto/ui/card.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { ErrorSummary } from '@rialto/ui/error-summary.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { type FieldPath, FormProvider, useForm } from 'react-hook-form'
import { formErrors } from '#lib/form/form-errors.ts'
import { LeaveGuard } from '#lib/form/leave-guard.tsx'
import { ObjectFacts } from '#lib/object-facts.tsx'
import { Page } from '#lib/page.tsx'
import { useMay } from '#lib/session.ts'
import { StateBadge } from '#lib/words.tsx'
import { type Promotion, stateOf, useSavePromotion } from './api.ts'
import { DeletePromotion } from './delete-promotion.tsx'
import { LimitFields, ScheduleFields, ValueFields } from './promotion-fields.tsx'
import { EMPTY, formOf, inputOf, type PromotionForm, promotionSchema } from './promotion-form.ts'
import { PromotionSaveBar } from './promotion-save-bar.tsx'
import { PROMOTION_PROBLEMS, PROMOTION_WORDS } from './promotion-words.ts'
import { Summary } from './summary.tsx'

const FORM_NAMES: Readonly<Record<string, FieldPath<PromotionForm>>> = {
  min_subtotal: 'minimum',
  starts_at: 'startsAt',
  ends_at: 'endsAt',
  max_uses: 'maxUses',
  max_uses_per_customer: 'maxUsesPerCustomer',
}

interface PromotionPageProps {
  /** Undefined for a new one. */
  promotion: Promotion | undefined
  currency: string
}

export function PromotionPage({ promotion, currency }: PromotionPageProps) {
  const { t, i18n } = useLingui()
  const navigate = useNavigate()
  const say = useToast()
  const mayWrite = useMay()('orders:write')
  const save = useSavePromotion()
  const [attempt, setAttempt] = useState(0)
  const before = useMemo(() => (promotion ? formOf(promotion, i18n.locale) : EMPTY), [promotion, i18n.locale])
  const schema = useMemo(() => promotionSchema(currency), [currency])
  const form = useForm<PromotionForm>({ resolver: zodResolver(schema), defaultValues: before })
  const { errors, isDirty } = form.formState
  const sentenceOf = (code: string) => {
    const words = PROMOTION_PROBLEMS[code]
    return words ? i18n._(words) : t`The shop does not accept this. Please check it.`
  }
  const summary = formErrors(errors).map(({ name, message }) => ({ name, message: sentenceOf(String(message)) }))

  const { reset } = form
  useEffect(() => reset(before), [reset, before])

  const submit = form.handleSubmit(
    (values) =>
      save.mutate(
        { id: promotion?.id, input: inputOf(values, currency) },
        {
          onSuccess: ({ id, code }) => {
            say({ text: t`${code} is saved` })
            form.reset(values)
            if (!promotion) void navigate({ to: '/promotions/$id', params: { id }, ignoreBlocker: true })
          },
          onError: (error) => {
            for (const [field, { code }] of fieldProblems(error)) {
              form.setError(FORM_NAMES[field] ?? (field as FieldPath<PromotionForm>), { message: code })
            }
            if (error instanceof ProblemError && error.code === 'code_taken') {
              form.setError('code', { message: error.code })
            }
            setAttempt((count) => count + 1)
          },
        },
      ),
    () => setAttempt((count) => count + 1),
  )

  return (
    <FormProvider {...form}>
      <form onSubmit={submit} noValidate>
        <Page
          title={promotion ? promotion.code : t`New promotion`}
          above={[{ label: t`Promotions`, link: { to: '/promotions' } }]}
          actions={
            promotion && (
              <div className="flex items-center gap-3">
                <StateBadge words={PROMOTION_WORDS} state={stateOf(promotion)} />
                {mayWrite && <DeletePromotion promotion={promotion} />}
              </div>
            )
          }
        >
          <ErrorSummary errors={summary} attempt={attempt} />
          {save.error && summary.length === 0 && (
            <ErrorState error={save.error} title={t`The promotion is not saved`} />
          )}
          <fieldset disabled={!mayWrite} className="contents">
            <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]">
              <div className="grid grid-cols-1 gap-5">
                <Card title={t`Code and value`}>
                  <ValueFields currency={currency} sentenceOf={sentenceOf} />
                </Card>
                <Card title={t`When it is valid`}>
                  <ScheduleFields sentenceOf={sentenceOf} />
                </Card>
                <Card title={t`For whom, and how often`}>
                  <LimitFields currency={currency} sentenceOf={sentenceOf} />
                </Card>
              </div>
              <div className="grid gap-5 max-lg:order-first lg:sticky lg:top-5">
                <Summary currency={currency} uses={promotion?.uses} />
                {promotion && <ObjectFacts object={promotion} path={`/promotions/${promotion.id}`} />}
              </div>
            </div>
          </fieldset>
          {mayWrite && (
            <PromotionSaveBar
              before={before}
              isNew={!promotion}
              busy={save.isPending}
              onDiscard={() => form.reset(before)}
            />
          )}
        </Page>
      </form>
      <LeaveGuard active={isDirty && !save.isPending} />
    </FormProvider>
  )
}
