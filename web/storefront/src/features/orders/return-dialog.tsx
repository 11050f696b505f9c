// Owns sending something back in two steps: what and how many, then the confirmation; and the receipt at its end.
import { Trans, useLingui } from '@lingui/react/macro'
import { newIdempotencyKey } from '@rialto/api/client.ts'
import { Button } from '@rialto/ui/button.tsx'
import { Dialog } from '@rialto/ui/dialog.tsx'
import { type ReactNode, useState } from 'react'
import { type Order, type OrderAccess, useRequestReturn } from './api.ts'
import { type Choice, Choices, Chosen, Receipt, Refusal } from './return-steps.tsx'
import type { Returnable } from './returnable.ts'

/** A withdrawal needs no reason and says so; a return asks what was wrong. The shop treats both alike. */
export type ReturnKind = 'return' | 'withdrawal'

interface ReturnDialogProps {
  access: OrderAccess
  order: Order
  items: readonly Returnable[]
  kind: ReturnKind
  onClose: () => void
}

/** Each opening is an intention of its own, with its own key: it is shown while it is open, and not beyond. */
export function ReturnDialog({ access, order, items: now, kind, onClose }: ReturnDialogProps) {
  const { t } = useLingui()
  // What was announced here is no longer returnable: the list stays as it was.
  const [items] = useState(now)
  const [choice, setChoice] = useState<Choice>(() => (items.length === 1 && items[0] ? all(items[0]) : new Map()))
  const [reason, setReason] = useState('')
  const [isSure, setSure] = useState(false)
  const [key] = useState(newIdempotencyKey)
  const request = useRequestReturn(access, key)
  const isWithdrawal = kind === 'withdrawal'

  function send() {
    const lines = [...choice].map(([sku, quantity]) => ({ sku, quantity, ...(reason && { reason }) }))
    // The note is for the people who handle it.
    request.mutate({ lines, ...(isWithdrawal && { note: 'Withdrawal from contract' }) })
  }

  const steps: Array<[body: ReactNode, actions: ReactNode]> = [
    [
      <Choices
        key="choose"
        items={items}
        choice={choice}
        onChoose={setChoice}
        {...(!isWithdrawal && { reason, onReason: setReason })}
      />,
      <Button key="on" onClick={() => setSure(true)} disabled={choice.size === 0}>
        <Trans>Continue</Trans>
      </Button>,
    ],
    [
      <div key="confirm" className="grid gap-5">
        <Chosen items={items} choice={choice} />
        {request.error && <Refusal error={request.error} />}
      </div>,
      <>
        <Button tone="quiet" onClick={() => setSure(false)}>
          <Trans>Back</Trans>
        </Button>
        <Button tone="accent" busy={request.isPending} onClick={send}>
          {request.isPending ? t`Sending…` : isWithdrawal ? t`Confirm withdrawal` : t`Confirm return`}
        </Button>
      </>,
    ],
    [
      <Receipt key="receipt" order={order} made={request.data} items={items} kind={kind} />,
      <Button key="close" onClick={onClose}>
        <Trans>Close</Trans>
      </Button>,
    ],
  ]
  const [body, actions] = steps[request.data ? 2 : isSure ? 1 : 0] ?? []

  return (
    <Dialog
      open
      onClose={onClose}
      title={isWithdrawal ? t`Withdraw from the contract` : t`Return items`}
      actions={actions}
    >
      {body}
    </Dialog>
  )
}

function all({ line, left }: Returnable): Choice {
  return new Map([[line.sku, left]])
}
