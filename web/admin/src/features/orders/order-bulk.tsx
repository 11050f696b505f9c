// Owns what can be done with many chosen orders at once.
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { ProblemError } from '@rialto/api/problem.ts'
import { Button, ButtonLink } from '@rialto/ui/button.tsx'
import { toDecimal } from '@rialto/ui/currency.ts'
import { Field } from '@rialto/ui/field.tsx'
import { Input } from '@rialto/ui/input.tsx'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ActionButton } from '#lib/action-button.tsx'
import { downloadCsv } from '#lib/csv.ts'
import { BulkDialog } from '#lib/list/bulk-dialog.tsx'
import { useBlocked } from '#lib/use-blocked.ts'
import { useIntention } from '#lib/use-intention.ts'
import { cancelOrder, type Order, refreshOrders } from './api.ts'
import { fulfilAll } from './shipment-api.ts'

interface OrderBulkProps {
  chosen: readonly Order[]
  onDone: () => void
}

export function OrderBulk({ chosen, onDone }: OrderBulkProps) {
  const { t } = useLingui()
  const blocked = useBlocked()
  const queryClient = useQueryClient()
  const keyFor = useIntention()
  const [fulfilling, setFulfilling] = useState<readonly Order[]>()
  const [cancelling, setCancelling] = useState<readonly Order[]>()
  const [reason, setReason] = useState('')
  const ready = chosen.filter(({ status }) => status === 'processing')
  const open = chosen.filter(({ status }) => status === 'pending' || status === 'processing')
  const count = chosen.length

  function finish(changed: boolean) {
    setFulfilling(undefined)
    setCancelling(undefined)
    if (!changed) return
    refreshOrders(queryClient)
    onDone()
  }

  function explain(error: unknown): string | undefined {
    const isLate = error instanceof ProblemError && error.status === 409
    return isLate ? t`It has moved on meanwhile.` : undefined
  }

  return (
    <div className="flex flex-wrap gap-2">
      <ActionButton
        size="small"
        blocked={blocked('shipping:write') ?? (ready.length === 0 ? t`None of these is paid and unsent.` : undefined)}
        onClick={() => setFulfilling(ready)}
      >
        <Plural value={ready.length} _0="Fulfil" one="Fulfil #" other="Fulfil #" />
      </ActionButton>
      <ButtonLink tone="outline" size="small" to="/orders/slips" search={{ ids: chosen.map(({ id }) => id).join(',') }}>
        <Trans>Packing slips</Trans>
      </ButtonLink>
      <Button tone="outline" size="small" onClick={() => exportOrders(chosen)}>
        <Trans>Export as CSV</Trans>
      </Button>
      <ActionButton
        tone="danger"
        size="small"
        blocked={
          blocked('orders:write') ?? (open.length === 0 ? t`None of these can be cancelled any more.` : undefined)
        }
        onClick={() => setCancelling(open)}
      >
        <Plural value={open.length} _0="Cancel" one="Cancel #" other="Cancel #" />
      </ActionButton>
      <BulkDialog
        rows={fulfilling}
        title={t`Fulfil orders`}
        go={<Plural value={ready.length} one="Fulfil # order" other="Fulfil # orders" />}
        work={(order) => fulfilAll(order.id)}
        rowName={(order) => order.number}
        explain={explain}
        onClose={finish}
      >
        <p>
          <Plural
            value={ready.length}
            one="# order is sent whole: a label is bought, and the buyer hears of it."
            other="# orders are sent whole: labels are bought, and the buyers hear of it."
          />{' '}
          {ready.length < count && <Trans>The others are not paid, or sent already.</Trans>}
        </p>
      </BulkDialog>
      <BulkDialog
        rows={cancelling}
        title={t`Cancel orders`}
        tone="danger"
        go={<Plural value={open.length} one="Cancel # order" other="Cancel # orders" />}
        work={(order) => cancelOrder(order.id, reason, keyFor([order.id, reason]))}
        rowName={(order) => order.number}
        explain={explain}
        onClose={finish}
      >
        <div className="grid gap-4">
          <p>
            <Trans>
              Their goods go back on the shelf, what was paid goes back to the buyers. This cannot be undone.
            </Trans>
          </p>
          <Field name="bulk-reason" label={t`Reason`} optional>
            {(wiring) => (
              <Input {...wiring} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
            )}
          </Field>
        </div>
      </BulkDialog>
    </div>
  )
}

function exportOrders(orders: readonly Order[]): void {
  const head = ['number', 'created_at', 'email', 'status', 'payment_status', 'fulfillment_status', 'total', 'currency']
  const rows = orders.map((order) => [
    order.number,
    order.created_at,
    order.email,
    order.status,
    order.payment_status,
    order.fulfillment_status,
    toDecimal(order.totals.total),
    order.totals.total.currency,
  ])
  downloadCsv('orders.csv', [head, ...rows])
}
