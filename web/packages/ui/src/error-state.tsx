// Owns the place where a part of a page failed: what happened, what to do, the request's id, and another try.
import { useLingui } from '@lingui/react/macro'
import { ProblemError, UNREACHABLE } from '@rialto/api/problem.ts'
import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

interface ErrorStateProps {
  error: unknown
  /** What could not be done, in words of the page: "We could not load your orders." */
  title: ReactNode
  /** What to do about it, where the page knows better than the general sentence. */
  children?: ReactNode
  retry?: () => void
}

export function ErrorState({ error, title, children, retry }: ErrorStateProps) {
  const { t } = useLingui()
  const explain = useExplain()
  const requestId = error instanceof ProblemError ? error.requestId : undefined
  return (
    <div role="alert" className="flex items-start gap-3 rounded-card border border-bad/40 bg-bad-soft p-5">
      <Icon of={CircleAlert} className="mt-0.5 text-bad" />
      <div className="grid min-w-0 justify-items-start gap-2">
        <p className="font-semibold">{title}</p>
        <p>{children ?? explain(error)}</p>
        {requestId && (
          <p className="text-sm text-soft">
            {t`Request`} <code className="select-all break-all">{requestId}</code>
          </p>
        )}
        {retry && (
          <Button tone="outline" size="small" onClick={retry}>
            {t`Try again`}
          </Button>
        )}
      </div>
    </div>
  )
}

/** The general sentence for a failure. Pages put their own in front for the codes they know. */
export function useExplain(): (error: unknown) => string {
  const { t } = useLingui()
  return (error) => {
    if (!(error instanceof ProblemError)) return t`Something went wrong on this page. Please reload it.`
    if (error.code === UNREACHABLE) return t`The shop could not be reached. Check your connection and try again.`
    if (error.status === 429) return t`That was too often. Please wait a moment and try again.`
    if (error.status === 401) return t`Please sign in again.`
    if (error.status === 403) return t`Your account does not allow this.`
    if (error.status === 404) return t`This does not exist, or no longer does.`
    if (error.status === 422) return t`Something in the form is not as it should be. Please check it.`
    if (error.transient) return t`This is our fault. Please try again in a moment.`
    return t`The shop refused this. Please reload the page and try again.`
  }
}
