// Owns what a return gives back, and sending it when it was held.
import { Trans, useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { ErrorState } from '@rialto/ui/error-state.tsx'
import { Money } from '@rialto/ui/money.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { ActionButton } from '#lib/action-button.tsx'
import { useBlocked } from '#lib/use-blocked.ts'
import { type Return, useMoveReturn } from './api.ts'

export function ReturnWorth({ item }: { item: Return }) {
  const { t } = useLingui()
  const say = useToast()
  const blocked = useBlocked()
  const move = useMoveReturn(item.id)
  const { refund, refunded } = item
  if (!refund) return null
  const left = { ...refund.amount, amount: refund.amount.amount - refunded.amount }
  const canSend = item.allowed.includes('refunded') && left.amount > 0
  return (
    <Card title={t`Money`}>
      <table className="w-full">
        <caption className="sr-only">
          <Trans>What the return gives back</Trans>
        </caption>
        <tbody>
          {refund.shipping.amount > 0 && (
            <tr>
              <th scope="row" className="py-1 text-start font-normal">
                <Trans>Delivery, as everything came back</Trans>
              </th>
              <td className="py-1 text-end">
                <Money value={refund.shipping} />
              </td>
            </tr>
          )}
          <tr className="font-semibold">
            <th scope="row" className="py-1 text-start font-semibold">
              <Trans>Goes back</Trans>
              <span className="block text-sm font-normal text-soft">
                <Trans>
                  of which tax <Money value={refund.tax} />
                </Trans>
              </span>
            </th>
            <td className="py-1 text-end align-baseline">
              <Money value={refund.amount} />
            </td>
          </tr>
          <tr>
            <th scope="row" className="py-1 text-start font-normal">
              <Trans>Sent already</Trans>
            </th>
            <td className="py-1 text-end">
              <Money value={refunded} />
            </td>
          </tr>
        </tbody>
      </table>
      {canSend && (
        <div className="mt-4 grid gap-3">
          {move.error && <ErrorState error={move.error} title={t`The money was not sent`} />}
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="text-soft">
              <Trans>The money waits until you have looked at the goods.</Trans>
            </p>
            <ActionButton
              blocked={blocked('returns:write')}
              busy={move.isPending}
              onClick={() =>
                move.mutate(
                  { status: item.allowed.includes('inspected') ? 'inspected' : 'refunded' },
                  { onSuccess: () => say({ text: t`The money is on its way.` }) },
                )
              }
            >
              <span>
                <Trans>
                  Refund <Money value={left} />
                </Trans>
              </span>
            </ActionButton>
          </div>
        </div>
      )}
    </Card>
  )
}
