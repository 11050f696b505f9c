// Owns what can be done with a payment now: ask the provider, take, let go, give back.
import { Trans, useLingui } from '@lingui/react/macro'
import { Button } from '@rialto/ui/button.tsx'
import { useExplain } from '@rialto/ui/error-state.tsx'
import { Icon } from '@rialto/ui/icon.tsx'
import { useToast } from '@rialto/ui/toast.tsx'
import { RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { ActionButton } from '#lib/action-button.tsx'
import { useBlocked } from '#lib/use-blocked.ts'
import { type PaymentDetail, type PaymentStatus, useRefreshPayment } from './api.ts'
import { CaptureDialog } from './capture-dialog.tsx'
import { RefundDialog } from './refund-dialog.tsx'
import { VoidDialog } from './void-dialog.tsx'

const OPEN: readonly PaymentStatus[] = [
  'requires_payment_method',
  'requires_action',
  'processing',
  'requires_capture',
  'conflicted',
]

export function PaymentActions({ payment }: { payment: PaymentDetail }) {
  const { t } = useLingui()
  const say = useToast()
  const explain = useExplain()
  const blocked = useBlocked()('payments:refund')
  const refresh = useRefreshPayment(payment.payment_id)
  const [asks, setAsks] = useState<'capture' | 'void' | 'refund'>()
  const close = () => setAsks(undefined)

  function ask() {
    refresh.mutate(undefined, {
      onSuccess: () => say({ text: t`The provider answered; the page shows what it said` }),
      onError: (error) => say({ text: explain(error) }),
    })
  }

  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button tone="outline" busy={refresh.isPending} onClick={ask}>
        {!refresh.isPending && <Icon of={RefreshCw} size={16} />}
        {refresh.isPending ? t`Asking…` : t`Ask the provider now`}
      </Button>
      {OPEN.includes(payment.status) && (
        <ActionButton tone="outline" blocked={blocked} onClick={() => setAsks('void')}>
          {payment.status === 'requires_capture' ? <Trans>Let it go</Trans> : <Trans>Call it off</Trans>}
        </ActionButton>
      )}
      {payment.status === 'requires_capture' && (
        <ActionButton tone="accent" blocked={blocked} onClick={() => setAsks('capture')}>
          <Trans>Take the money</Trans>
        </ActionButton>
      )}
      {payment.refundable.amount > 0 && (
        <ActionButton blocked={blocked} onClick={() => setAsks('refund')}>
          <Trans>Refund</Trans>
        </ActionButton>
      )}
      <CaptureDialog open={asks === 'capture'} payment={payment} onClose={close} />
      <VoidDialog open={asks === 'void'} payment={payment} onClose={close} />
      <RefundDialog open={asks === 'refund'} payment={payment} onClose={close} />
    </div>
  )
}
