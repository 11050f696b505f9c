// Owns the preview: the text as it is typed, rendered by the shop with sample data.
import { Trans, useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { Skeleton } from '@rialto/ui/skeleton.tsx'
import { Spinner } from '@rialto/ui/spinner.tsx'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { type Control, useWatch } from 'react-hook-form'
import { MailView } from '#lib/mail/mail-view.tsx'
import { type Draft, previewQuery } from './api.ts'
import { useTemplateProblem } from './use-template-problem.ts'

const PAUSE_MS = 400

interface PreviewCardProps {
  name: string
  language: string
  control: Control<Draft>
}

export function PreviewCard({ name, language, control }: PreviewCardProps) {
  const { t } = useLingui()
  const explain = useExplain()
  const problemOf = useTemplateProblem()
  const draft = usePaused(useWatch({ control }) as Draft)
  const preview = useQuery(previewQuery(name, language, draft))
  const mail = useLastGood(preview.data)
  const problem = preview.error && (problemOf(preview.error)?.message ?? explain(preview.error))
  return (
    <Card title={t`Preview`} action={preview.isFetching && <Spinner />} className="min-w-0 xl:sticky xl:top-4">
      <div className="grid gap-3">
        {problem && (
          <p role="alert" className="rounded-control bg-warn-soft p-3">
            {problem}
          </p>
        )}
        {mail ? (
          <>
            <p>
              <span className="text-soft">
                <Trans>Subject:</Trans>
              </span>{' '}
              <span className="font-medium">{mail.subject}</span>
            </p>
            <MailView title={t`Preview of the mail`} html={mail.html} text={mail.text} />
          </>
        ) : (
          !problem && <Skeleton className="h-96" />
        )}
      </div>
    </Card>
  )
}

/** The value once nothing was typed for a moment. */
function usePaused(value: Draft): Draft {
  const [paused, setPaused] = useState(value)
  const key = JSON.stringify(value)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(JSON.parse(key) as Draft), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [key])
  return paused
}

/** While something is mistyped, the last good one stays in sight. */
function useLastGood<T>(value: T | undefined): T | undefined {
  const [last, setLast] = useState(value)
  if (value !== undefined && value !== last) setLast(value)
  return value ?? last
}
