// Owns the way from an order that waits to be paid to paying it.
import { Trans } from '@lingui/react/macro'
import { ButtonLink } from '@rialto/ui/button.tsx'
import { Card } from '@rialto/ui/card.tsx'

export function UnpaidNote({ id }: { id: string }) {
  return (
    <Card title={<Trans>This order waits to be paid</Trans>}>
      <div className="grid justify-items-start gap-4">
        <p className="text-soft">
          <Trans>The goods are held for you for a few minutes. After that, the order ends by itself.</Trans>
        </p>
        <ButtonLink to="/checkout/result" search={{ order: id }} tone="accent">
          <Trans>Pay now</Trans>
        </ButtonLink>
      </div>
    </Card>
  )
}
