// Owns the page that tries the zones: an address and some goods, and what each rate says to them.
import { Trans, useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Loading, Skeleton } from '@rialto/ui/skeleton.tsx'
import { useQuery } from '@tanstack/react-query'
import { Page } from '#lib/page.tsx'
import { trialQuery } from './api.ts'
import { TryForm } from './try-form.tsx'
import { TryResult } from './try-result.tsx'
import { questionOf, type TrySearch } from './try-search.ts'

export function TryPage({ search }: { search: TrySearch }) {
  const { t } = useLingui()
  const question = questionOf(search)
  return (
    <Page title={t`Try the delivery prices`}>
      <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-2">
        <Card title={t`Who orders what`}>
          <TryForm key={JSON.stringify(search)} search={search} />
        </Card>
        <Card title={t`What they are offered`}>
          {question ? (
            <Answer question={question} />
          ) : (
            <p className="text-soft">
              <Trans>
                Say where the goods go and what they are, and each rate of that zone answers here, with its reason.
              </Trans>
            </p>
          )}
        </Card>
      </div>
    </Page>
  )
}

function Answer({ question }: { question: NonNullable<ReturnType<typeof questionOf>> }) {
  const { t } = useLingui()
  const trial = useQuery(trialQuery(question))
  if (trial.error) {
    const isUnknown = 'status' in trial.error && trial.error.status === 422
    return (
      <ErrorState error={trial.error} title={t`This could not be tried`} retry={() => trial.refetch()}>
        {isUnknown && t`Check the SKUs and the country: one of them does not exist.`}
      </ErrorState>
    )
  }
  if (!trial.data) {
    return (
      <Loading>
        <Skeleton className="h-32" />
      </Loading>
    )
  }
  return <TryResult trial={trial.data} />
}
