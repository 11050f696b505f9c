// Owns the sentences for what the shop refuses when money is to move.
import { useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { useExplain } from '@rialto/ui/error-state.tsx'

export function useMoneyProblem(): (error: unknown) => string {
  const { t } = useLingui()
  const explain = useExplain()
  return (error) => {
    const code = error instanceof ProblemError ? error.code : undefined
    if (code === 'wrong_status') {
      return t`The payment stands otherwise by now. Close this window: the page shows how.`
    }
    if (code === 'exceeds_refundable') {
      return t`That is more than can still be given back. Close this window: the page shows how much it is.`
    }
    if (code === 'request_in_flight') return t`This is being done already. Wait a moment and look again.`
    if (code === 'card_number_refused') return t`This text holds a card number. Take it out: it must not be kept.`
    return explain(error)
  }
}
