// Owns why nothing can be delivered, and what to do about it.
import { Trans, useLingui } from '@lingui/react/macro'
import type { components } from '@rialto/api/schema.d.ts'
import { ButtonLink } from '@rialto/ui/button.tsx'

type Reason = components['schemas']['NoDelivery']

export function NoDelivery({ reason }: { reason: Reason | undefined }) {
  const words = useReason()
  return (
    <div role="alert" className="grid justify-items-start gap-4 rounded-card bg-warn-soft p-5">
      <p className="font-medium">{words(reason)}</p>
      <div className="flex flex-wrap gap-3">
        <ButtonLink to="/checkout" search={{ step: 'contact' }} tone="outline">
          <Trans>Change the address</Trans>
        </ButtonLink>
        <ButtonLink to="/cart" tone="quiet">
          <Trans>Change the cart</Trans>
        </ButtonLink>
      </div>
    </div>
  )
}

function useReason(): (reason: Reason | undefined) => string {
  const { t } = useLingui()
  return (reason) => {
    switch (reason) {
      case 'too_heavy':
        return t`This is too heavy to be sent there in one go. Order it in parts.`
      case 'too_large':
        return t`This is too large to be sent there.`
      case 'too_valuable':
        return t`This is worth too much to be insured on the way there. Order it in parts.`
      default:
        return t`We do not deliver to this address.`
    }
  }
}
