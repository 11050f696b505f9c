// Owns what a buyer can do about an order: withdraw from it, send something back, print it, get help.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button, ButtonLink } from '@rialto/ui/button.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { LifeBuoy, Printer } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { Order, OrderAccess, Return } from './api.ts'
import type { ReturnKind } from './return-dialog.tsx'
import { isCancellable, returnable } from './returnable.ts'

// Most come to look: what they could do comes when they begin to.
const CancelDialog = lazy(() => import('./cancel-dialog.tsx').then((file) => ({ default: file.CancelDialog })))
const ReturnDialog = lazy(() => import('./return-dialog.tsx').then((file) => ({ default: file.ReturnDialog })))

interface OrderActionsProps {
  access: OrderAccess
  order: Order
  returns: readonly Return[]
}

export function OrderActions({ access, order, returns }: OrderActionsProps) {
  const { t } = useLingui()
  const [open, setOpen] = useState<ReturnKind | 'cancel'>()
  const left = returnable(order, returns)
  const isOpen = order.status === 'pending' || isCancellable(order)
  const close = () => setOpen(undefined)
  return (
    <section aria-label={t`What you can do`} className="grid gap-3 print:hidden">
      {left.length > 0 && (
        <Button tone="outline" onClick={() => setOpen('return')}>
          <Trans>Return items</Trans>
        </Button>
      )}
      {isOpen && (
        <Button tone="outline" onClick={() => setOpen('cancel')}>
          <Trans>Cancel the order</Trans>
        </Button>
      )}
      <Button tone="outline" onClick={() => window.print()}>
        <Icon of={Printer} size={18} />
        <Trans>Print</Trans>
      </Button>
      <ButtonLink to="/help" tone="quiet">
        <Icon of={LifeBuoy} size={18} />
        <Trans>Help with this order</Trans>
      </ButtonLink>
      {order.status !== 'cancelled' && (left.length > 0 || !order.delivered_at) && (
        <Withdrawal
          isOnItsWay={!isOpen && left.length === 0}
          onWithdraw={() => setOpen(isOpen ? 'cancel' : 'withdrawal')}
        />
      )}

      <Suspense>
        {open === 'cancel' && <CancelDialog access={access} order={order} onClose={close} />}
        {(open === 'return' || open === 'withdrawal') && (
          <ReturnDialog access={access} order={order} items={left} kind={open} onClose={close} />
        )}
      </Suspense>
    </section>
  )
}

/** The right to withdraw has a control of its own, under the name the law gives it. */
function Withdrawal({ isOnItsWay, onWithdraw }: { isOnItsWay: boolean; onWithdraw: () => void }) {
  return (
    <div className="mt-2 grid justify-items-start gap-1 border-line border-t pt-4 text-sm text-soft">
      {isOnItsWay ? (
        <p>
          <Trans>Your parcel is on its way. You can withdraw from the contract here as soon as it has arrived.</Trans>
        </p>
      ) : (
        <>
          <p>
            <Trans>You may withdraw without giving a reason.</Trans>
          </p>
          <button
            type="button"
            className="min-h-11 text-ink underline underline-offset-4 hover:text-accent"
            onClick={onWithdraw}
          >
            <Trans>Withdraw from contract here</Trans>
          </button>
        </>
      )}
    </div>
  )
}
