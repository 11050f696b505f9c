// Owns writing a review.
import { Trans, useLingui } from '@lingui/react/macro'
import { fieldProblems, ProblemError } from '@rialto/api/problem.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { ErrorSummary, type FormError } from '@rialto/ui/error-summary.tsx'
import { Field } from '@rialto/ui/field.tsx'
import { Input, Textarea } from '@rialto/ui/input.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { useState } from 'react'
import { useWriteReview } from './api.ts'
import { StarChoice } from './star-choice.tsx'

interface ReviewFormProps {
  slug: string
  title: string
  onClose: () => void
}

export function ReviewForm({ slug, title, onClose }: ReviewFormProps) {
  const { t } = useLingui()
  const explain = useExplain()
  const say = useToast()
  const write = useWriteReview(slug)
  const [stars, setStars] = useState<number>()
  const [attempt, setAttempt] = useState(0)

  const missing = attempt > 0 && stars === undefined ? t`Choose how many stars you give.` : undefined
  const errors: FormError[] = missing ? [{ name: 'rating', message: missing }] : refusals(write.error)

  function refusals(error: Error | null): FormError[] {
    if (!error) return []
    if (error instanceof ProblemError && error.code === 'review_exists') {
      return [{ message: t`You have reviewed this already.` }]
    }
    const fields = [...fieldProblems(error)].map(([name]) => ({
      name,
      message: t`This text cannot be taken as it is.`,
    }))
    return fields.length > 0 ? fields : [{ message: explain(error) }]
  }

  function submit(form: FormData) {
    setAttempt((count) => count + 1)
    if (stars === undefined) return
    write.mutate(
      { rating: stars, title: String(form.get('title')).trim(), body: String(form.get('body')).trim() },
      {
        onSuccess: () => {
          say({ text: t`Thank you. Your review is shown once the shop has read it.` })
          onClose()
        },
      },
    )
  }

  return (
    <Dialog open onClose={onClose} title={title}>
      <form
        noValidate
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault()
          submit(new FormData(event.currentTarget))
        }}
      >
        <ErrorSummary errors={errors} attempt={attempt} />
        <StarChoice value={stars} onChange={setStars} error={missing} />
        <Field name="title" label={t`In a few words`} optional>
          {(wiring) => <Input {...wiring} name="title" maxLength={150} autoComplete="off" />}
        </Field>
        <Field name="body" label={t`How is it?`} hint={t`What do you like, what not? Who is it good for?`} optional>
          {(wiring) => <Textarea {...wiring} name="body" rows={5} maxLength={5000} />}
        </Field>
        <Button type="submit" busy={write.isPending}>
          {write.isPending ? <Trans>Sending…</Trans> : <Trans>Send the review</Trans>}
        </Button>
      </form>
    </Dialog>
  )
}
