// Owns what somebody should look at in an order, in words.
import { Trans, useLingui } from '@lingui/react/macro'
import { RelativeTime } from '@rialto/ui/date-time.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { TriangleAlert } from 'lucide-react'
import { ActionButton } from '#lib/action-button.tsx'
import { useBlocked } from '#lib/use-blocked.ts'
import { type OrderDetail, useResolveProblems } from './api.ts'

type Problem = NonNullable<OrderDetail['problems']>[number]

export function OrderProblems({ order }: { order: OrderDetail }) {
  const { t } = useLingui()
  const words = useProblemWords()
  const blocked = useBlocked()
  const resolve = useResolveProblems(order.id)
  const problems = (order.problems ?? []).filter(({ resolved_at: resolvedAt }) => !resolvedAt)
  if (problems.length === 0) return null
  return (
    <section className="rounded-card border border-warn/40 bg-warn-soft p-5">
      <h2 className="flex items-center gap-2 font-semibold">
        <Icon of={TriangleAlert} className="text-warn" /> <Trans>Somebody should look at this</Trans>
      </h2>
      <ul className="mt-2 grid gap-2 ps-7">
        {problems.map((problem) => (
          <li key={`${problem.code} ${problem.at}`}>
            {words(problem)} <span className="text-soft">{problem.detail}</span>{' '}
            <span className="text-sm text-soft">
              <RelativeTime at={problem.at} />
            </span>
          </li>
        ))}
      </ul>
      <div className="mt-3 grid justify-items-start gap-3 ps-7">
        {resolve.error && <ErrorState error={resolve.error} title={t`It is not settled yet`} />}
        <ActionButton
          tone="outline"
          size="small"
          blocked={blocked('orders:write')}
          busy={resolve.isPending}
          onClick={() => resolve.mutate()}
        >
          <Trans>I have seen to it</Trans>
        </ActionButton>
      </div>
    </section>
  )
}

function useProblemWords(): (problem: Problem) => string {
  const { t } = useLingui()
  const words: Record<string, string> = {
    stock_short: t`There was not enough stock for what was sold.`,
    amount_mismatch: t`Another amount arrived than was due.`,
    paid_twice: t`It was paid twice. Refund one of the payments.`,
    paid_after_cancelled: t`Money arrived after the order was cancelled.`,
    refund_failed: t`A refund did not go through. Try it again, or pay the buyer back in another way.`,
    disputed: t`The buyer disputes the payment at their bank. There is a deadline for evidence.`,
    dispute_lost: t`The dispute was lost; the money is gone.`,
    shipped_unpaid_or_cancelled: t`Goods are under way although the order is unpaid or cancelled.`,
    shipped_too_much: t`More was sent than was ordered.`,
  }
  return ({ code }) => words[code] ?? code.replaceAll('_', ' ')
}
