// Owns the page of one parcel, for whoever has its link.
import { Trans, useLingui } from '@lingui/react/macro'
import { Card } from '@rialto/ui/card.tsx'
import { useDocumentTitle } from '@rialto/ui/use-document-title.ts'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { shopName } from '#lib/shop.ts'
import { parcelQuery } from './api.ts'
import { Parcels } from './parcels.tsx'

export function ParcelPage({ number, token }: { number: string; token: string | undefined }) {
  const { t } = useLingui()
  const { data: tracking } = useSuspenseQuery({ ...parcelQuery(number, token), refetchInterval: 60_000 })
  useDocumentTitle(t`Parcel ${number}`, shopName)
  return (
    <div className="page grid max-w-2xl gap-6 pt-10 pb-20">
      <header className="grid gap-2">
        <h1 className="text-3xl sm:text-4xl">
          <Trans>Where your parcel is</Trans>
        </h1>
        {tracking.order_number && (
          <p className="text-soft">
            <Trans>Order {tracking.order_number}</Trans>
          </p>
        )}
      </header>
      <Card>
        <Parcels parcels={tracking.shipments} isOpen />
      </Card>
      <p className="text-soft">
        <Trans>
          To cancel the order or send something back,{' '}
          <Link
            to="/track"
            search={tracking.order_number ? { number: tracking.order_number } : {}}
            className="text-ink underline underline-offset-4 hover:text-accent"
          >
            ask for the link to it
          </Link>
          .
        </Trans>
      </p>
    </div>
  )
}
